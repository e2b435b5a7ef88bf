using System;
using System.Collections.Generic;
using System.Linq;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Running;

[MemoryDiagnoser]
public class Words
{
    [Params(100, 10000)] public int Size;
    private string _text = "";

    [GlobalSetup]
    public void Setup() =>
        _text = string.Concat(Enumerable.Repeat("one two three four ", Size / 4));

    [Benchmark]
    public Dictionary<string, int> Count()
    {
        var counts = new Dictionary<string, int>();
        foreach (var word in _text.Split(' '))
            counts[word] = counts.GetValueOrDefault(word) + 1;
        return counts;
    }

    public static void Main(string[] args) =>
        BenchmarkSwitcher.FromAssembly(typeof(Words).Assembly).Run(args);
}
