//! What a host's look-up costs in a set of a million names, against a `hashbrown` set with the same hash function; how much
//! memory an entry takes; and how long reading a kept copy takes, against reading and hashing the same file.
//!
//! Names are made up, of the lengths that published lists have (about twenty letters). Half the hosts that are looked up
//! stand under `www.`, and one in twenty is listed, as on a server on a bad day.

#![expect(clippy::cast_precision_loss, reason = "figures are printed with one decimal")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use foldhash::fast::FixedState;
use nightdesk::rules::domains::{DomainSet, parents};
use nightdesk::rules::feeds::copy::{About, FeedCopy};
use nightdesk::rules::feeds::{Format, Guard, Import, Kind};
use sha2::{Digest, Sha256};

const ROUNDS: usize = 9;
const HOSTS: usize = 20_000;

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn clock() -> Instant {
    Instant::now()
}

/// Numbers that look random and are the same on every machine (Marsaglia's xorshift).
struct Dice(u64);

impl Dice {
    fn throw(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % below
    }

    fn name(&mut self) -> String {
        const WORDS: [&str; 24] = [
            "claim", "air", "drop", "swap", "wallet", "meta", "uni", "free", "mint", "login", "app",
            "secure", "bridge", "reward", "token", "nft", "dao", "vote", "pay", "coin", "defi", "stake",
            "web", "help",
        ];
        const ENDS: [&str; 8] = ["com", "xyz", "io", "app", "net", "pages.dev", "top", "org"];
        let mut name = String::new();
        name.push_str(WORDS[self.throw(WORDS.len())]);
        if self.throw(3) > 0 {
            name.push('-');
        }
        name.push_str(WORDS[self.throw(WORDS.len())]);
        for _ in 0..2 + self.throw(5) {
            name.push(char::from(b'a' + self.throw(26) as u8));
        }
        let _ = write!(name, ".{}", ENDS[self.throw(ENDS.len())]);
        name
    }
}

fn main() {
    // `cargo test --benches` runs this too; a measurement of unoptimised code means nothing.
    if cfg!(debug_assertions) {
        println!("skipped: run it as `cargo bench --bench domains`");
        return;
    }
    for count in [250_000, 1_000_000] {
        measure(count);
    }
}

fn measure(count: usize) {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut names = BTreeSet::new();
    while names.len() < count {
        names.insert(dice.name());
    }
    let names: Vec<String> = names.into_iter().collect();
    let letters: usize = names.iter().map(String::len).sum();
    let text = names.join("\n");
    let hosts: Vec<String> = (0..HOSTS)
        .map(|_| {
            let name = match dice.throw(20) {
                0 => names[dice.throw(names.len())].clone(),
                _ => dice.name().replacen('-', "q", 1),
            };
            if dice.throw(2) == 0 {
                format!("www.{name}")
            } else {
                name
            }
        })
        .collect();

    let guard = Guard::protecting(["calendly.com", "google.com"]);
    let start = clock();
    let import =
        Import::read(&text, Format::Plain, Some(&guard), None, 20_000).expect("plain text is a list");
    let importing = start.elapsed();
    let set = import.listed;
    let peers: hashbrown::HashSet<Box<str>, FixedState> =
        names.iter().map(|name| name.clone().into()).collect();

    let mut ours = Duration::MAX;
    let mut theirs = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = clock();
        let found = hosts
            .iter()
            .filter(|host| set.covering(black_box(host)).is_some())
            .count();
        ours = ours.min(start.elapsed());
        let start = clock();
        let peers_found = hosts
            .iter()
            .filter(|host| parents(black_box(host)).any(|name| peers.contains(name)))
            .count();
        theirs = theirs.min(start.elapsed());
        assert_eq!(found, peers_found, "both sets hold the same names");
    }

    let copy = FeedCopy {
        about: About {
            id: "bench".to_owned(),
            origin: String::new(),
            kind: Kind::Block,
            confirmed_at: 0,
            changed_at: 0,
            etag: None,
            last_modified: None,
            refused: 0,
            licence: String::new(),
        },
        listed: set.clone(),
        excepted: DomainSet::new(),
    };
    let folder = std::env::temp_dir().join("nightdesk-bench-domains.feed");
    std::fs::write(&folder, copy.to_bytes()).expect("the temporary folder can be written");
    let (mut hashing, mut loading) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let start = clock();
        let bytes = std::fs::read(&folder).expect("the copy is there");
        black_box(Sha256::digest(&bytes));
        hashing = hashing.min(start.elapsed());
        let start = clock();
        let bytes = std::fs::read(&folder).expect("the copy is there");
        black_box(FeedCopy::from_bytes(&bytes).expect("the copy is sound"));
        loading = loading.min(start.elapsed());
    }
    let _ = std::fs::remove_file(&folder);

    let each = |bytes: usize| bytes as f64 / count as f64;
    let nanos = |time: Duration| time.as_secs_f64() * 1e9 / HOSTS as f64;
    println!("{count} names, {:.1} letters on average", each(letters));
    println!(
        "  memory: {:.1} bytes an entry (aim: at most 40)",
        each(set.memory())
    );
    println!(
        "  look-up: {:.0} ns a host, hashbrown with foldhash {:.0} ns: {:.2} x (aim: at most 2)",
        nanos(ours),
        nanos(theirs),
        ours.as_secs_f64() / theirs.as_secs_f64()
    );
    println!(
        "  loading a copy: {:.1} ms, reading and hashing the file {:.1} ms: {:.2} x (aim: at most 3)",
        loading.as_secs_f64() * 1e3,
        hashing.as_secs_f64() * 1e3,
        loading.as_secs_f64() / hashing.as_secs_f64()
    );
    println!(
        "  importing the published list, guard included: {:.0} ms",
        importing.as_secs_f64() * 1e3
    );
}
