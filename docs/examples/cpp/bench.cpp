#include <benchmark/benchmark.h>

#include <string>
#include <unordered_map>

static std::string text(long words) {
    std::string made;
    for (long word = 0; word < words; word++) made += "word" + std::to_string(word % 97) + ' ';
    return made;
}

static std::unordered_map<std::string, long> count(const std::string &text) {
    std::unordered_map<std::string, long> counts;
    size_t start = 0;
    for (size_t end; (end = text.find(' ', start)) != std::string::npos; start = end + 1)
        counts[text.substr(start, end - start)]++;
    return counts;
}

static void BM_Count(benchmark::State &state) {
    const std::string made = text(state.range(0));
    for (auto _ : state) benchmark::DoNotOptimize(count(made));
    state.SetBytesProcessed(state.iterations() * made.size());
}
BENCHMARK(BM_Count)->Arg(100)->Arg(10000)->MinTime(0.05);
BENCHMARK_MAIN();
