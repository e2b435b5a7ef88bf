module example.org/app

go 1.22

toolchain go1.22.4

require golang.org/x/text v0.16.0

require (
	github.com/google/go-cmp v0.6.0
	"github.com/quoted/mod" v1.0.0
	golang.org/x/sys v0.21.0 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect; kept
)

replace (
	github.com/google/go-cmp => github.com/fork/go-cmp v0.6.1
	gopkg.in/yaml.v3 v3.0.1 => ../yaml
)

exclude golang.org/x/net v1.2.3
