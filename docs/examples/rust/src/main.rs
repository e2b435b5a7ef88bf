//! Counts words, and prints what that takes as `cargo bench` would.
use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

fn count(text: &str) -> HashMap<&str, usize> {
    let mut counts = HashMap::new();
    for word in text.split(' ') {
        *counts.entry(word).or_insert(0) += 1;
    }
    counts
}

fn main() {
    for size in [100, 10_000] {
        let text = "one two three four ".repeat(size / 4);
        let mut times: Vec<f64> = (0..50)
            .map(|_| {
                let start = Instant::now();
                for _ in 0..20 {
                    black_box(count(black_box(&text)));
                }
                start.elapsed().as_nanos() as f64 / 20.0
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let spread = times[times.len() - 1] - times[0];
        println!(
            "test count_{size} ... bench: {:.2} ns/iter (+/- {:.2})",
            times[times.len() / 2],
            spread
        );
    }
}
