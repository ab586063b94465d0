//! The shipped rules: they load, carry their proof, and every example of theirs is true.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use nightdesk::rules::{Category, Ruleset, Status};

fn shipped() -> (PathBuf, Ruleset) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let ruleset = Ruleset::load(&dir).unwrap_or_else(|errors| panic!("{errors}"));
    (dir, ruleset)
}

/// Loading runs every example; a false one is an error with file and line.
#[test]
fn every_shipped_rule_loads_and_its_examples_are_true() {
    let (_, ruleset) = shipped();
    let working = ruleset
        .rules()
        .iter()
        .filter(|rule| rule.status != Status::Retired)
        .count();
    assert!(working >= 40, "only {working} working rules");
    for rule in ruleset.rules() {
        assert!(rule.examples >= 6, "{} has {} examples", rule.id, rule.examples);
        assert!(
            rule.why.len() >= 20,
            "{}: `why` says nothing: {}",
            rule.id,
            rule.why
        );
    }
}

#[test]
fn every_kind_of_trouble_has_a_rule() {
    let (_, ruleset) = shipped();
    let covered: BTreeSet<Category> = ruleset.rules().iter().map(|rule| rule.category).collect();
    for category in [
        Category::Scam,
        Category::Phishing,
        Category::Impersonation,
        Category::TicketBait,
        Category::ContactBait,
        Category::Secret,
        Category::SecretRequest,
        Category::Invite,
        Category::Malware,
        Category::Evasion,
    ] {
        assert!(covered.contains(&category), "no rule for {category}");
    }
}

#[test]
fn a_rule_stands_where_its_info_says() {
    let (dir, ruleset) = shipped();
    for rule in ruleset.rules() {
        let text = std::fs::read_to_string(dir.join(&*rule.file)).expect("the file of a rule");
        let table = text
            .lines()
            .skip(rule.line - 1)
            .take(4)
            .collect::<Vec<_>>()
            .join("\n");
        assert!(
            table.starts_with("[[rule]]") && table.contains(&*rule.id),
            "{}: {table}",
            rule.id
        );
    }
}

/// The same rules, compiled again, judge the same: nothing depends on the order of a hash table.
#[test]
fn loading_twice_gives_the_same_ruleset() {
    let (_, one) = shipped();
    let (_, two) = shipped();
    assert_eq!(one.fingerprint(), two.fingerprint());
    let ids = |ruleset: &Ruleset| {
        ruleset
            .rules()
            .iter()
            .map(|rule| rule.id.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&one), ids(&two));
}

#[test]
fn every_signal_is_explained_in_the_guide() {
    let guide = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/adding-a-rule.md"))
        .expect("the guide is there");
    for signal in nightdesk::rules::Signal::ALL {
        assert!(
            guide.contains(&format!("| `{signal}` |")),
            "the guide does not explain `{signal}`"
        );
    }
}
