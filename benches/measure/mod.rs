//! What the benchmarks of the rule engine share: the messages, made-up rules of any number, and a race in which each
//! contender takes its turn in every round and the best round of each counts, so that a busy machine slows all of them
//! alike. Every message is distinct, since lazily built automata learn a repeated text by heart.

#![expect(clippy::cast_precision_loss, reason = "figures are printed with one decimal")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use nightdesk::rules::{Level, Part, Place, Ruleset, ScanContext, Scratch};

/// Somebody who judges a message: a name, and how many hits it says there are.
pub type Contender<'a> = (&'static str, Box<dyn FnMut(&str) -> usize + 'a>);

const ROUNDS: usize = 25;
/// A contender that has taken this long altogether sits the later rounds out.
const BUDGET: Duration = Duration::from_secs(8);
/// So many messages are judged between two looks at the clock.
const CHUNK: usize = 256;

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
pub fn clock() -> Instant {
    Instant::now()
}

/// Whether this build is worth measuring; says so if not. `cargo test --benches` runs benchmarks too, unoptimised.
pub fn is_optimised(bench: &str) -> bool {
    if cfg!(debug_assertions) {
        println!("skipped: run it as `cargo bench --bench {bench}`");
    }
    !cfg!(debug_assertions)
}

/// The best time of each contender over all messages.
pub fn race(contenders: &mut [Contender<'_>], messages: &[&str]) -> Vec<Duration> {
    let all: usize = messages.iter().map(|text| text.len()).sum();
    let mut best = vec![Duration::MAX; contenders.len()];
    let mut spent = vec![Duration::ZERO; contenders.len()];
    for _ in 0..ROUNDS {
        for (((_, judge), best), spent) in contenders.iter_mut().zip(&mut best).zip(&mut spent) {
            if *spent > BUDGET {
                continue;
            }
            let (start, mut judged) = (clock(), 0);
            for some in messages.chunks(CHUNK) {
                for text in some {
                    black_box(judge(black_box(text)));
                    judged += text.len();
                }
                if start.elapsed() > BUDGET {
                    break;
                }
            }
            let took = start.elapsed();
            *spent += took;
            // Whoever is too slow for all of them is taken to go on as it began.
            let whole = took.mul_f64(all as f64 / judged.max(1) as f64);
            *best = whole.min(*best);
        }
    }
    best
}

/// Prints a line for each contender; the first is the yardstick.
pub fn print(contenders: &[Contender<'_>], best: &[Duration], messages: &[&str]) {
    let bytes: usize = messages.iter().map(|text| text.len()).sum();
    println!(
        "{:<34} {:>12} {:>10} {:>12}",
        "",
        "ns/message",
        "ns/byte",
        format!("x {}", contenders[0].0)
    );
    for ((name, _), time) in contenders.iter().zip(best) {
        println!(
            "{name:<34} {:>12.1} {:>10.3} {:>12.2}",
            nanos(*time) / messages.len().max(1) as f64,
            nanos(*time) / bytes.max(1) as f64,
            ratio(*time, best[0]),
        );
    }
}

/// The floor: reading every byte once and deciding something.
pub fn simdutf8<'a>() -> Contender<'a> {
    (
        "simdutf8",
        Box::new(|text| simdutf8::basic::from_utf8(black_box(text.as_bytes())).map_or(0, str::len)),
    )
}

/// The engine with these rules.
pub fn engine<'a>(name: &'static str, ruleset: &'a Ruleset, context: ScanContext<'a>) -> Contender<'a> {
    let mut scratch = Scratch::new();
    let judge = move |text: &str| {
        let parts = [Part::new(Place::Content, text)];
        ruleset.scan(&parts, &context, &mut scratch).findings.len()
    };
    (name, Box::new(judge))
}

/// The distinct texts of these files of the reference data beside the project, if they are there.
pub fn texts(files: &[&str]) -> Option<BTreeSet<String>> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let mut messages = BTreeSet::new();
    for name in files {
        let file = data.join(name);
        let Ok(rows) = std::fs::read_to_string(&file) else {
            println!("skipped: {} is not there", file.display());
            return None;
        };
        for row in rows.lines() {
            let row: serde_json::Value = serde_json::from_str(row).expect("a row is JSON");
            messages.extend(row["text"].as_str().map(str::to_owned));
        }
    }
    Some(messages)
}

/// The files of harmless texts.
pub const HARMLESS: [&str; 2] = ["texts_ham.jsonl", "texts_ham_docs.jsonl"];
/// All files of texts.
pub const ALL: [&str; 5] = [
    "texts_ham.jsonl",
    "texts_ham_docs.jsonl",
    "texts_scam.jsonl",
    "texts_spam_generic.jsonl",
    "texts_sms_generic.jsonl",
];

/// The messages that a benchmark of clean messages is about.
pub struct Clean<'m> {
    pub messages: Vec<&'m str>,
    /// How many needed more than one plain reading.
    pub slow: usize,
    /// How many woke a rule.
    pub woken: usize,
    /// How many expressions ran.
    pub run: u32,
}

/// The ASCII messages that these rules judge clean.
pub fn clean<'m>(ruleset: &Ruleset, context: &ScanContext<'_>, messages: &'m BTreeSet<String>) -> Clean<'m> {
    let mut scratch = Scratch::new();
    let mut clean = Clean {
        messages: Vec::new(),
        slow: 0,
        woken: 0,
        run: 0,
    };
    for text in messages.iter().filter(|text| text.is_ascii()) {
        let verdict = ruleset.scan(&[Part::new(Place::Content, text)], context, &mut scratch);
        if verdict.level == Level::Clean {
            clean.slow += usize::from(scratch.took_slow_path());
            clean.woken += usize::from(!scratch.rules_woken().is_empty());
            clean.run += scratch.expressions_run();
            clean.messages.push(text);
        }
    }
    println!(
        "{} clean ASCII messages, {} bytes; slow path {:.2} %, looked at closer {:.2} %, {} expressions run",
        clean.messages.len(),
        clean.messages.iter().map(|text| text.len()).sum::<usize>(),
        percent(clean.slow, clean.messages.len()),
        percent(clean.woken, clean.messages.len()),
        clean.run
    );
    clean
}

/// Things that are promised; with [`FORMS`] they make a hundred expressions.
pub const PROMISED: [&str; 25] = [
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
/// Makes ten things of each.
const KINDS: [&str; 10] = [
    "", "gold", "prime", "mega", "lucky", "royal", "turbo", "crypto", "secret", "ultra",
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

/// So many expressions such as servers write for Discord's `AutoMod`, each with a text it finds; at most a thousand.
pub fn expressions(count: usize) -> Vec<(String, String)> {
    let things = KINDS
        .iter()
        .flat_map(|kind| PROMISED.iter().map(move |thing| format!("{kind}{thing}")));
    let all = things.flat_map(|thing| {
        FORMS.map(|(form, sample)| (form.replace('@', &thing), sample.replace('@', &thing)))
    });
    all.take(count).collect()
}

const FIRST: [&str; 25] = [
    "grab",
    "unlock",
    "secure",
    "double",
    "triple",
    "receive",
    "win",
    "earn",
    "multiply",
    "boost",
    "mine",
    "stake",
    "validate",
    "rectify",
    "restore",
    "recover",
    "withdraw",
    "migrate",
    "upgrade",
    "activate",
    "exclusive",
    "instant",
    "guaranteed",
    "unlimited",
    "verified",
];
const THIRD: [&str; 16] = [
    "tonight",
    "instantly",
    "without risk",
    "from home",
    "for members",
    "in minutes",
    "no kyc",
    "this weekend",
    "before midnight",
    "with leverage",
    "worldwide",
    "via bot",
    "daily",
    "forever",
    "on chain",
    "with proof",
];

/// So many phrases of several words; at most a hundred thousand.
pub fn phrases(count: usize) -> Vec<String> {
    let all = THIRD.iter().flat_map(|third| {
        KINDS.iter().flat_map(move |kind| {
            FIRST.iter().flat_map(move |first| {
                PROMISED
                    .iter()
                    .map(move |second| format!("{first} {kind}{second} {third}"))
            })
        })
    });
    all.take(count).collect()
}

/// A rule file with so many rules over these phrases and expressions, dealt out evenly. Examples are demanded of every rule, so
/// each gets some.
pub fn rule_file(rules: usize, phrases: &[String], expressions: &[(String, String)]) -> String {
    let mut file = String::new();
    for rule in 0..rules {
        let mine = |count: usize| (rule * count / rules)..((rule + 1) * count / rules);
        let phrases = &phrases[mine(phrases.len())];
        let expressions = &expressions[mine(expressions.len())];
        let sample = phrases
            .first()
            .or(expressions.first().map(|(_, sample)| sample))
            .expect("each rule looks for something");
        let (first, rest) = sample.split_at(2);
        let quoted = |all: &mut dyn Iterator<Item = &String>| -> String {
            let quoted: Vec<String> = all.map(|one| format!("'{one}'")).collect();
            quoted.join(", ")
        };
        let written = write!(
            file,
            "[[rule]]\nid = \"made-up-{rule}\"\ntitle = \"t\"\nwhy = \"w\"\ncategory = \"spam\"\nseverity = \"low\"\n\
             status = \"stable\"\nphrases = [{}]\nregexes = [{}]\n[rule.examples]\n\
             match = [\"{sample}\", \"now {sample} here\", \"{first}\\u200b{rest}\"]\n\
             clean = [\"good morning\", \"see you then\", \"it arrived\"]\n",
            quoted(&mut phrases.iter()),
            quoted(&mut expressions.iter().map(|(expression, _)| expression)),
        );
        written.expect("text can be written to memory");
    }
    file
}

/// The rules of such a file.
pub fn made_up(rules: usize, phrases: &[String], expressions: &[(String, String)]) -> Ruleset {
    let file = rule_file(rules, phrases, expressions);
    Ruleset::from_sources(&[("made-up.toml", &file)]).unwrap_or_else(|errors| panic!("{errors}"))
}

/// Host names that look random and are the same on every machine (Marsaglia's xorshift).
pub fn hosts(count: usize) -> BTreeSet<String> {
    const ENDS: [&str; 8] = ["com", "xyz", "io", "app", "net", "dev", "top", "org"];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut throw = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as usize % below
    };
    let mut all = BTreeSet::new();
    while all.len() < count {
        let (first, second) = (FIRST[throw(FIRST.len())], PROMISED[throw(PROMISED.len())]);
        let tail: String = (0..3 + throw(4))
            .map(|_| char::from(b'a' + throw(26) as u8))
            .collect();
        all.insert(format!("{first}-{second}{tail}.{}", ENDS[throw(ENDS.len())]));
    }
    all
}

pub fn nanos(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}

pub fn ratio(time: Duration, to: Duration) -> f64 {
    time.as_secs_f64() / to.as_secs_f64()
}

pub fn percent(part: usize, whole: usize) -> f64 {
    part as f64 * 100.0 / whole.max(1) as f64
}
