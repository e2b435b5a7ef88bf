import { count } from "./words.mjs";

const print = (record) => console.log(JSON.stringify(record));

function microseconds(text) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < 20; i++) count(text);
  return Number(process.hrtime.bigint() - start) / 20e3;
}

print({ schema: "fleetmark.results.v1", type: "header" });
for (const size of [100, 10000]) {
  const text = "one two three four ".repeat(size / 4);
  for (let i = 0; i < 50; i++) microseconds(text); // warm-up of the compiler
  for (let i = 0; i < 20; i++) {
    const value = microseconds(text);
    print({ type: "sample", name: "count", params: { size: `${size}` }, metric: "time", unit: "us", value });
  }
}
