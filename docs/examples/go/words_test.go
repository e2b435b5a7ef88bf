package words

import (
	"fmt"
	"strings"
	"testing"
)

func BenchmarkCount(b *testing.B) {
	for _, size := range []int{100, 10000} {
		text := strings.Repeat("one two three four ", size/4)
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for i := 0; i < b.N; i++ {
				Count(text)
			}
		})
	}
}
