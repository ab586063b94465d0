//! What a clean message costs: the engine with the shipped rules, and with a hundred expressions such as servers write
//! for Discord's `AutoMod`, against two yardsticks that run over the same bytes in the same minute:
//!
//! - `simdutf8`, the fastest way to read every byte once and decide something;
//! - the stack anybody would build first: `AhoCorasick`, `RegexSet`, `linkify`, `url` and a `HashSet` of hosts.
//!
//! Clean messages are the case that counts: more than ninety-nine in a hundred are. Every message is distinct, since the
//! lazily built automata of the yardstick learn a repeated text by heart. Each contender takes its turn in every round, and
//! the best round of each counts, so that a busy machine slows all of them alike.

#![expect(clippy::cast_precision_loss, reason = "figures are printed with one decimal")]

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use aho_corasick::AhoCorasick;
use linkify::{LinkFinder, LinkKind};
use nightdesk::artefacts::secrets;
use nightdesk::rules::{Level, Part, Place, Ruleset, ScanContext, Scratch};
use regex::{RegexSet, RegexSetBuilder};

/// Somebody who judges a message: a name, and how many hits it says there are.
type Contender<'a> = (&'static str, Box<dyn FnMut(&str) -> usize + 'a>);

const ROUNDS: usize = 25;
/// A contender that has taken this long altogether sits the later rounds out.
const BUDGET: Duration = Duration::from_secs(20);
/// Room for the yardstick's counted repetitions.
const LARGEST_SET: usize = 1 << 29;

/// Things that are promised; with [`FORMS`] they make the hundred expressions.
const PROMISED: [&str; 25] = [
    "nitro",
    "robux",
    "airdrop",
    "bitcoin",
    "ethereum",
    "solana",
    "wallet",
    "token",
    "casino",
    "bonus",
    "macbook",
    "iphone",
    "playstation",
    "ticket",
    "giftcard",
    "signal",
    "follower",
    "account",
    "booster",
    "loan",
    "skin",
    "voucher",
    "coupon",
    "jackpot",
    "whitelist",
];

/// Four forms of an expression, each with a text that it finds; `@` stands for the thing.
const FORMS: [(&str, &str); 4] = [
    (r"\bfree\W{0,4}@s?\b", "free @"),
    (r"\b@s?\W{0,4}(?:giveaway|drop|gift)s?\b", "@ giveaway"),
    (
        r"\b(?:claim|redeem|collect)\W{1,3}(?:your|ur|the)\W{1,3}@s?\b",
        "claim your @",
    ),
    (
        r"\b@s?\W{1,4}(?:at|on|via)\W{1,4}(?:https?://)?[a-z0-9-]{1,40}\.(?:xyz|live|top|gg)\b",
        "@ on prize.xyz",
    ),
];

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn clock() -> Instant {
    Instant::now()
}

/// The stack anybody would build first.
struct Stack {
    phrases: AhoCorasick,
    regexes: RegexSet,
    links: LinkFinder,
    hosts: HashSet<String>,
}

impl Stack {
    fn new(phrases: &BTreeSet<String>, regexes: &BTreeSet<String>, hosts: HashSet<String>) -> Self {
        let mut links = LinkFinder::new();
        links.kinds(&[LinkKind::Url]);
        Self {
            phrases: AhoCorasick::new(phrases).expect("phrases make an automaton"),
            regexes: RegexSetBuilder::new(regexes)
                .case_insensitive(true)
                .size_limit(LARGEST_SET)
                .build()
                .expect("expressions make a set"),
            links,
            hosts,
        }
    }

    /// How many things were found.
    fn judge(&self, text: &str) -> usize {
        let text = text.to_lowercase();
        let phrases = self.phrases.find_iter(&text).count();
        let regexes = self.regexes.matches(&text).iter().count();
        let hosts = self
            .links
            .links(&text)
            .filter_map(|link| url::Url::parse(link.as_str()).ok())
            .filter(|url| {
                let host = url.host_str().unwrap_or_default();
                std::iter::successors(Some(host), |name| name.split_once('.').map(|(_, parent)| parent))
                    .any(|name| self.hosts.contains(name))
            })
            .count();
        phrases + regexes + hosts
    }
}

fn main() {
    // `cargo test --benches` runs this too; a measurement of unoptimised code means nothing.
    if cfg!(debug_assertions) {
        println!("skipped: run it as `cargo bench --bench scan`");
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rules = root.join("rules");
    let shipped = Ruleset::load(&rules).unwrap_or_else(|errors| panic!("{errors}"));
    let Some(messages) = harmless(&root.join("../shared/data")) else {
        return;
    };
    let (clean, slow, woken, run) = clean(&shipped, &messages);
    let bytes: usize = clean.iter().map(|text| text.len()).sum();
    println!(
        "{} harmless ASCII messages, {} judged clean, {bytes} bytes",
        messages.len(),
        clean.len()
    );
    println!(
        "slow path: {slow} of {} ({:.2} %)",
        clean.len(),
        percent(slow, clean.len())
    );
    println!(
        "looked at closer: {woken} of {} ({:.2} %), {run} expressions run",
        clean.len(),
        percent(woken, clean.len())
    );

    let (phrases, regexes, hosts) = written(&rules);
    println!(
        "shipped: {} rules, {} phrases, {} expressions",
        shipped.rules().len(),
        phrases.len(),
        regexes.len()
    );
    let stack = Stack::new(&phrases, &regexes, hosts);
    let automod = automod();
    let automod_rules = Ruleset::from_sources(&[("automod.toml", &automod_file(&automod))])
        .unwrap_or_else(|errors| panic!("{errors}"));
    let automod_stack = Stack::new(&BTreeSet::new(), &automod, HashSet::new());

    let (mut scratch, mut automod_scratch) = (Scratch::new(), Scratch::new());
    let context = ScanContext::default();
    let mut contenders: Vec<Contender<'_>> = vec![
        (
            "simdutf8",
            Box::new(|text| simdutf8::basic::from_utf8(black_box(text.as_bytes())).map_or(0, str::len)),
        ),
        (
            "nightdesk, shipped rules",
            Box::new(|text| {
                shipped
                    .scan(&[Part::new(Place::Content, text)], &context, &mut scratch)
                    .findings
                    .len()
            }),
        ),
        ("usual stack, shipped rules", Box::new(|text| stack.judge(text))),
        (
            "nightdesk, 100 expressions",
            Box::new(|text| {
                automod_rules
                    .scan(&[Part::new(Place::Content, text)], &context, &mut automod_scratch)
                    .findings
                    .len()
            }),
        ),
        (
            "usual stack, 100 expressions",
            Box::new(|text| automod_stack.judge(text)),
        ),
        ("search for secrets", Box::new(|text| secrets::find(text).len())),
    ];
    // `cargo bench --bench scan -- shipped` measures only what is named so; ratios need all of them.
    let wanted = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    if let Some(wanted) = &wanted {
        contenders.retain(|(name, _)| name.contains(wanted.as_str()));
    }
    let mut best = vec![Duration::MAX; contenders.len()];
    let mut spent = vec![Duration::ZERO; contenders.len()];
    for _ in 0..ROUNDS {
        for (((_, judge), best), spent) in contenders.iter_mut().zip(&mut best).zip(&mut spent) {
            if *spent > BUDGET {
                continue;
            }
            let start = clock();
            for text in &clean {
                black_box(judge(black_box(text)));
            }
            let took = start.elapsed();
            *best = took.min(*best);
            *spent += took;
        }
    }
    println!(
        "\n{:<30} {:>12} {:>10} {:>12}",
        "", "ns/message", "ns/byte", "x simdutf8"
    );
    for ((name, _), time) in contenders.iter().zip(&best) {
        println!(
            "{name:<30} {:>12.1} {:>10.3} {:>12.1}",
            nanos(*time) / clean.len() as f64,
            nanos(*time) / bytes as f64,
            ratio(*time, best[0]),
        );
    }
    if wanted.is_some() {
        return;
    }
    println!(
        "\nnightdesk is {:.1} x a UTF-8 validation (aim: at most 30)",
        ratio(best[1], best[0])
    );
    println!(
        "nightdesk is {:.1} x faster than the usual stack, shipped rules (aim: 1.8)",
        ratio(best[2], best[1])
    );
    println!(
        "nightdesk is {:.1} x faster than the usual stack, 100 expressions (aim: 10)",
        ratio(best[4], best[3])
    );
}

/// Every distinct ASCII message of the harmless reference texts.
fn harmless(data: &Path) -> Option<BTreeSet<String>> {
    let mut messages = BTreeSet::new();
    for name in ["texts_ham.jsonl", "texts_ham_docs.jsonl"] {
        let file = data.join(name);
        let Ok(rows) = std::fs::read_to_string(&file) else {
            println!("skipped: {} is not there", file.display());
            return None;
        };
        for row in rows.lines() {
            let row: serde_json::Value = serde_json::from_str(row).expect("a row is JSON");
            messages.extend(
                row["text"]
                    .as_str()
                    .filter(|text| text.is_ascii())
                    .map(str::to_owned),
            );
        }
    }
    Some(messages)
}

/// Those judged clean; how many of them needed more than one plain reading, how many woke a rule, and how many expressions
/// ran on them.
fn clean<'m>(ruleset: &Ruleset, messages: &'m BTreeSet<String>) -> (Vec<&'m str>, usize, usize, u32) {
    let mut scratch = Scratch::new();
    let (mut slow, mut woken, mut run) = (0, 0, 0);
    let mut clean = Vec::new();
    for text in messages {
        let verdict = ruleset.scan(
            &[Part::new(Place::Content, text)],
            &ScanContext::default(),
            &mut scratch,
        );
        if verdict.level == Level::Clean {
            slow += usize::from(scratch.took_slow_path());
            woken += usize::from(!scratch.rules_woken().is_empty());
            run += scratch.expressions_run();
            clean.push(text.as_str());
        }
    }
    (clean, slow, woken, run)
}

/// Phrases, expressions and hosts as the rule files write them, wherever in a rule they stand.
fn written(rules: &Path) -> (BTreeSet<String>, BTreeSet<String>, HashSet<String>) {
    let (mut phrases, mut regexes, mut hosts) = (BTreeSet::new(), BTreeSet::new(), HashSet::new());
    for entry in std::fs::read_dir(rules)
        .expect("the rule directory can be read")
        .flatten()
    {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "toml") && !path.ends_with("policy.toml") {
            let text = std::fs::read_to_string(&path).expect("a rule file can be read");
            let file: toml::Value = toml::from_str(&text).expect("a rule file is TOML");
            let mut take = |key: &str, entry: &str| {
                let _new = match key {
                    "phrases" | "unless" => phrases.insert(entry.trim_end_matches('*').to_lowercase()),
                    "regexes" | "unless_regexes" => regexes.insert(entry.to_owned()),
                    "domains" | "unless_domains" if !entry.starts_with('@') => hosts.insert(entry.to_owned()),
                    _ => false,
                };
            };
            gather("", &file, &mut take);
        }
    }
    for list in std::fs::read_dir(rules.join("lists"))
        .expect("the lists can be read")
        .flatten()
    {
        let text = std::fs::read_to_string(list.path()).expect("a list can be read");
        hosts.extend(
            text.lines()
                .map(|line| line.split('#').next().unwrap_or("").trim().to_owned()),
        );
    }
    hosts.remove("");
    (phrases, regexes, hosts)
}

fn gather(key: &str, value: &toml::Value, take: &mut impl FnMut(&str, &str)) {
    match value {
        toml::Value::String(text) => take(key, text),
        toml::Value::Array(values) => values.iter().for_each(|value| gather(key, value, take)),
        toml::Value::Table(table) => table.iter().for_each(|(key, value)| gather(key, value, take)),
        _ => {}
    }
}

/// The hundred expressions.
fn automod() -> BTreeSet<String> {
    PROMISED
        .iter()
        .flat_map(|thing| FORMS.map(|(form, _)| form.replace('@', thing)))
        .collect()
}

/// The same as a rule file. Examples are demanded of every rule, so each gets some.
fn automod_file(expressions: &BTreeSet<String>) -> String {
    let mut file = String::new();
    for (number, expression) in expressions.iter().enumerate() {
        let (thing, sample) = PROMISED
            .iter()
            .flat_map(|thing| FORMS.map(|(form, sample)| (*thing, form, sample)))
            .find_map(|(thing, form, sample)| {
                (form.replace('@', thing) == *expression).then_some((thing, sample))
            })
            .expect("an expression is made of a thing and a form");
        let sample = sample.replace('@', thing);
        let (first, rest) = sample.split_at(2);
        let written = write!(
            file,
            "[[rule]]\nid = \"automod-{number}\"\ntitle = \"t\"\nwhy = \"w\"\ncategory = \"spam\"\nseverity = \"low\"\n\
             status = \"stable\"\nregexes = ['{expression}']\n[rule.examples]\n\
             match = [\"{sample}\", \"now {sample} here\", \"{first}\\u200b{rest}\"]\n\
             clean = [\"{thing}\", \"good morning\", \"the {thing} arrived\"]\n"
        );
        written.expect("text can be written to memory");
    }
    file
}

fn nanos(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}

fn ratio(time: Duration, to: Duration) -> f64 {
    time.as_secs_f64() / to.as_secs_f64()
}

fn percent(part: usize, whole: usize) -> f64 {
    part as f64 * 100.0 / whole.max(1) as f64
}
