//! What a clean message costs: the engine with the shipped rules, with a hundred expressions such as servers write for
//! Discord's `AutoMod` ([`automod`]), and with a hundred that are about words only, against two yardsticks that run over the
//! same bytes in the same minute:
//!
//! - `simdutf8`, the fastest way to read every byte once and decide something;
//! - the stack anybody would build first: `AhoCorasick`, expressions from the `regex` crate, `linkify`, `url` and a `HashSet` of hosts. Its
//!   expressions have ASCII classes wherever they can, and are asked in both usual ways: as one `RegexSet`, which is the way that the aims
//!   mean, and one after the other.
//!
//! Clean messages are the case that counts: more than ninety-nine in a hundred are. What they cost among many phrases and hosts is
//! measured in `many_rules`.

mod automod;
#[expect(dead_code, reason = "each benchmark uses its part")]
mod measure;

use std::collections::{BTreeSet, HashSet};
use std::hint::black_box;
use std::path::Path;

use aho_corasick::AhoCorasick;
use linkify::{LinkFinder, LinkKind};
use measure::{Contender, HARMLESS, clean, engine, expressions, made_up, race, ratio, simdutf8, texts};
use nightdesk::artefacts::secrets;
use nightdesk::rules::{Ruleset, ScanContext};
use regex::bytes::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

/// Room for the yardstick's counted repetitions, compiled.
const LARGEST_SET: usize = 1 << 29;

/// The stack anybody would build first.
struct Stack {
    phrases: AhoCorasick,
    expressions: Expressions,
    links: LinkFinder,
    hosts: HashSet<String>,
}

/// The two usual ways to ask many expressions.
enum Expressions {
    Together(RegexSet),
    InTurn(Vec<Regex>),
}

impl Expressions {
    fn together(all: &BTreeSet<String>) -> Self {
        let set = RegexSetBuilder::new(all.iter().map(|one| spelled(one)))
            .size_limit(LARGEST_SET)
            .build();
        Self::Together(set.expect("expressions make a set"))
    }

    fn in_turn(all: &BTreeSet<String>) -> Self {
        let one = |one: &String| RegexBuilder::new(&spelled(one)).size_limit(LARGEST_SET).build();
        Self::InTurn(
            all.iter()
                .map(|expression| one(expression).expect("sound"))
                .collect(),
        )
    }

    fn matches(&self, text: &[u8]) -> usize {
        match self {
            Self::Together(set) => set.matches(text).iter().count(),
            Self::InTurn(all) => all.iter().filter(|one| one.is_match(text)).count(),
        }
    }
}

/// An expression without case, with ASCII classes where it is ASCII itself.
fn spelled(expression: &str) -> String {
    if expression.is_ascii() {
        format!("(?i-u:{expression})")
    } else {
        format!("(?i:{expression})")
    }
}

impl Stack {
    fn new(phrases: &BTreeSet<String>, expressions: Expressions, hosts: HashSet<String>) -> Self {
        let mut links = LinkFinder::new();
        links.kinds(&[LinkKind::Url]);
        Self {
            phrases: AhoCorasick::new(phrases).expect("phrases make an automaton"),
            expressions,
            links,
            hosts,
        }
    }

    /// How many things were found.
    fn judge(&self, text: &str) -> usize {
        let expressions = self.expressions.matches(text.as_bytes());
        let text = text.to_lowercase();
        let phrases = self.phrases.find_iter(&text).count();
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
        phrases + expressions + hosts
    }
}

fn main() {
    if !measure::is_optimised("scan") {
        return;
    }
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let shipped = Ruleset::load(&rules).unwrap_or_else(|errors| panic!("{errors}"));
    let Some(messages) = texts(&HARMLESS) else {
        return;
    };
    let context = ScanContext::default();
    let clean = clean(&shipped, &context, &messages);
    let (phrases, regexes, hosts) = written(&rules);
    println!(
        "shipped: {} rules, {} phrases, {} expressions\n",
        shipped.rules().len(),
        phrases.len(),
        regexes.len()
    );
    let first = |all: Vec<(String, String)>| all.into_iter().map(|(expression, _)| expression);
    let plain: BTreeSet<String> = first(expressions(100)).collect();
    let of_words = made_up(100, &[], &expressions(100));
    let wordless = automod::WORDLESS
        .iter()
        .map(|(expression, ..)| (*expression).to_owned());
    let servers: BTreeSet<String> = first(automod::of_words()).chain(wordless).collect();
    let automod = automod::rules(&[]);
    let none = BTreeSet::new();
    let stacks = [
        Stack::new(&phrases, Expressions::together(&regexes), hosts.clone()),
        Stack::new(&phrases, Expressions::in_turn(&regexes), hosts),
        Stack::new(&none, Expressions::together(&servers), HashSet::new()),
        Stack::new(&none, Expressions::in_turn(&servers), HashSet::new()),
        Stack::new(&none, Expressions::together(&plain), HashSet::new()),
        Stack::new(&none, Expressions::in_turn(&plain), HashSet::new()),
    ];
    let [
        shipped_set,
        shipped_in_turn,
        servers_set,
        servers_in_turn,
        plain_set,
        plain_in_turn,
    ] = &stacks;
    let stack = |name: &'static str, stack| -> Contender<'_> {
        let stack: &Stack = stack;
        (name, Box::new(|text| stack.judge(text)))
    };
    let mut contenders = [
        simdutf8(),
        engine("nightdesk, shipped rules", &shipped, context),
        engine("nightdesk, 100 AutoMod-like", &automod, context),
        engine("nightdesk, 100 of words", &of_words, context),
        stack("stack, shipped rules, set", shipped_set),
        stack("stack, shipped rules, in turn", shipped_in_turn),
        stack("stack, 100 AutoMod-like, set", servers_set),
        stack("stack, 100 AutoMod-like, in turn", servers_in_turn),
        stack("stack, 100 of words, set", plain_set),
        stack("stack, 100 of words, in turn", plain_in_turn),
        (
            "search for secrets",
            Box::new(|text| black_box(secrets::find(text)).len()),
        ),
    ];
    let best = race(&mut contenders, &clean.messages);
    measure::print(&contenders, &best, &clean.messages);
    println!(
        "\nnightdesk is {:.1} x a UTF-8 validation with the shipped rules, {:.1} x with 100 AutoMod-like expressions (aim: at most 30)",
        ratio(best[1], best[0]),
        ratio(best[2], best[0])
    );
    println!(
        "nightdesk is {:.1} x faster than the usual stack, shipped rules (aim: 1.8)",
        ratio(best[4].min(best[5]), best[1])
    );
    println!(
        "nightdesk is {:.1} x faster than the usual stack with 100 AutoMod-like expressions in one set (aim: 10), {:.1} x than with \
         one after the other",
        ratio(best[6], best[2]),
        ratio(best[7], best[2]),
    );
    println!(
        "with 100 of words it is {:.1} x faster than in one set, {:.1} x than one after the other",
        ratio(best[8], best[3]),
        ratio(best[9], best[3])
    );
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
