//! Whether a reload delays anybody: the longest scan while another thread compiles 10,000 phrases, 100 expressions and 250,000 hosts over
//! and over, against the longest while it does nothing; and how long such a reload takes.
//!
//! A scan holds no lock that a reload could wait for or hold: the new set is built beside the old one and put in its place at once. What is
//! left is two threads on one machine. So the comparison is with a thread that only counts: what a scan loses to *that* it loses to the
//! processor's other core, not to the reload.

#[expect(dead_code, reason = "each benchmark uses its part")]
mod measure;

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use measure::{HARMLESS, clock, expressions, hosts, phrases, rule_file, texts};
use nightdesk::rules::domains::{DomainSet, Suffixes};
use nightdesk::rules::feeds::FeedHosts;
use nightdesk::rules::{Part, Place, Ruleset, ScanContext, Scratch};

/// So long messages are scanned beside each thread.
const WATCHED: Duration = Duration::from_secs(6);

/// What was seen of the scans beside something else.
struct Seen {
    times: Vec<Duration>,
    /// How often the other thread did its work.
    work: u32,
}

impl Seen {
    /// The time that so many of a million scans stay below.
    fn below(&self, of_a_million: usize) -> Duration {
        self.times[(self.times.len() - 1) * of_a_million / 1_000_000]
    }
}

fn main() {
    if !measure::is_optimised("reload") {
        return;
    }
    let Some(messages) = texts(&HARMLESS) else {
        return;
    };
    let file = rule_file(100, &phrases(10_000), &expressions(100));
    let hosts = hosts(250_000);
    let load = || {
        let ruleset =
            Ruleset::from_sources(&[("made-up.toml", &file)]).unwrap_or_else(|errors| panic!("{errors}"));
        let mut listed = DomainSet::new();
        for host in &hosts {
            listed
                .insert(host, Suffixes::Refuse)
                .expect("a made-up host is one");
        }
        (ruleset, FeedHosts::merge([("bench", &listed)], []))
    };
    let start = clock();
    let (ruleset, feeds) = load();
    println!("a reload takes {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    let context = ScanContext {
        feeds: Some(&feeds),
        ..ScanContext::default()
    };
    let watch = |work: &(dyn Fn() + Sync)| {
        let (stop, done) = (AtomicBool::new(false), AtomicU32::new(0));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    work();
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
            let mut scratch = Scratch::new();
            let mut times = Vec::new();
            let start = clock();
            while start.elapsed() < WATCHED {
                for text in &messages {
                    let before = clock();
                    black_box(ruleset.scan(&[Part::new(Place::Content, text)], &context, &mut scratch));
                    times.push(before.elapsed());
                }
            }
            stop.store(true, Ordering::Relaxed);
            times.sort_unstable();
            Seen {
                times,
                work: done.load(Ordering::Relaxed),
            }
        })
    };
    let counting = || {
        black_box((0..1_000_000_u64).fold(0, |sum, number| black_box(sum ^ number)));
    };
    let beside_counting = watch(&counting);
    let beside_reload = watch(&|| {
        black_box(load());
    });
    println!(
        "{:<22} {:>10} {:>12} {:>12} {:>12} {:>12}",
        "scans beside a thread", "scans", "median us", "99.9 % us", "99.999 % us", "longest us"
    );
    for (name, seen) in [
        ("that counts", &beside_counting),
        ("that reloads", &beside_reload),
    ] {
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        println!(
            "{name:<22} {:>10} {:>12.2} {:>12.1} {:>12.1} {:>12.1}",
            seen.times.len(),
            micros(seen.below(500_000)),
            micros(seen.below(999_000)),
            micros(seen.below(999_990)),
            micros(seen.below(1_000_000)),
        );
    }
    println!(
        "{} reloads went on meanwhile; no scan took as long as one reload: {}",
        beside_reload.work,
        beside_reload.below(1_000_000) < WATCHED / beside_reload.work.max(1)
    );
}
