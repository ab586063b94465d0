//! What a clean message costs: the engine with the shipped rules, and with a hundred expressions such as servers write
//! for Discord's `AutoMod`, against two yardsticks that run over the same bytes in the same minute:
//!
//! - `simdutf8`, the fastest way to read every byte once and decide something;
//! - the stack anybody would build first: `AhoCorasick`, expressions from the `regex` crate, `linkify`, `url` and a `HashSet` of hosts. Its
//!   expressions have ASCII classes wherever they can, and are asked in both usual ways, as one `RegexSet` and one after the other; the faster counts.
//!
//! Clean messages are the case that counts: more than ninety-nine in a hundred are.

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
        let text = text.to_lowercase();
        let phrases = self.phrases.find_iter(&text).count();
        let expressions = self.expressions.matches(text.as_bytes());
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
    let hundred: BTreeSet<String> = expressions(100)
        .into_iter()
        .map(|(expression, _)| expression)
        .collect();
    let automod = made_up(100, &[], &expressions(100));
    let none = BTreeSet::new();
    let stacks = [
        Stack::new(&phrases, Expressions::together(&regexes), hosts.clone()),
        Stack::new(&phrases, Expressions::in_turn(&regexes), hosts),
        Stack::new(&none, Expressions::together(&hundred), HashSet::new()),
        Stack::new(&none, Expressions::in_turn(&hundred), HashSet::new()),
    ];
    let [shipped_set, shipped_in_turn, hundred_set, hundred_in_turn] = &stacks;
    let stack = |name: &'static str, stack| -> Contender<'_> {
        let stack: &Stack = stack;
        (name, Box::new(|text| stack.judge(text)))
    };
    let mut contenders = [
        simdutf8(),
        engine("nightdesk, shipped rules", &shipped, context),
        engine("nightdesk, 100 expressions", &automod, context),
        stack("stack, shipped rules, set", shipped_set),
        stack("stack, shipped rules, in turn", shipped_in_turn),
        stack("stack, 100 expressions, set", hundred_set),
        stack("stack, 100 expressions, in turn", hundred_in_turn),
        (
            "search for secrets",
            Box::new(|text| black_box(secrets::find(text)).len()),
        ),
    ];
    let best = race(&mut contenders, &clean.messages);
    measure::print(&contenders, &best, &clean.messages);
    println!(
        "\nnightdesk is {:.1} x a UTF-8 validation (aim: at most 30)",
        ratio(best[1], best[0])
    );
    println!(
        "nightdesk is {:.1} x faster than the usual stack, shipped rules (aim: 1.8)",
        ratio(best[3].min(best[4]), best[1])
    );
    println!(
        "nightdesk is {:.1} x faster than the usual stack, 100 expressions (aim: 10)",
        ratio(best[5].min(best[6]), best[2])
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
