//! The shipped rules: they load, carry their proof, and every example of theirs is true.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use nightdesk::rules::{Category, Part, Place, Ruleset, ScanContext, Scratch, Status, UnlistedInvites};

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

/// What a rule file holds as examples of what its rules find, with the id of the rule.
fn found_examples(file: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(file).expect("a rule file can be read");
    let table: toml::Table = toml::from_str(&text).expect("a rule file is TOML");
    let rules = table["rule"].as_array().cloned().unwrap_or_default();
    let examples = |rule: &toml::Value| rule["examples"]["match"].as_array().cloned().unwrap_or_default();
    let text = |example: &toml::Value| {
        let plain = example.as_str().or_else(|| example["text"].as_str());
        plain.unwrap_or_default().to_owned()
    };
    rules
        .iter()
        .flat_map(|rule| {
            let id = rule["id"].as_str().unwrap_or_default().to_owned();
            examples(rule)
                .iter()
                .map(|example| (id.clone(), text(example)))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// "Airdrop", "mint" and "nitro" are said in every language. A rule for Spanish needs a Spanish word beside them, or an English lure
/// counts seven times over and a moderator reads seven wrong reasons.
#[test]
fn no_rule_for_another_language_fires_on_an_english_example() {
    let (dir, ruleset) = shipped();
    // Its examples are Spanish, Portuguese and French.
    let not_english = ["earn-es-pt-fr"];
    let of_languages: BTreeSet<String> = ruleset
        .rules()
        .iter()
        .filter(|rule| rule.file.starts_with("lang-"))
        .map(|rule| rule.id.to_string())
        .collect();
    assert!(of_languages.len() >= 21, "{of_languages:?}");
    let mut scratch = Scratch::new();
    let (mut tried, mut wrong) = (0, Vec::new());
    for entry in std::fs::read_dir(&dir).expect("the rule directory").flatten() {
        let file = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let toml = file.extension().is_some_and(|ending| ending == "toml");
        let english = toml && name != "policy.toml" && !name.starts_with("lang-");
        if !english {
            continue;
        }
        for (rule, text) in found_examples(&file) {
            if not_english.contains(&rule.as_str()) {
                continue;
            }
            tried += 1;
            let parts = [Part {
                place: Place::Content,
                text: &text,
                secrets: &[],
            }];
            let context = ScanContext {
                unlisted_invites: UnlistedInvites::Foreign,
                ..ScanContext::default()
            };
            let verdict = ruleset.scan(&parts, &context, &mut scratch);
            for finding in &verdict.findings {
                if of_languages.contains(&*finding.rule) {
                    wrong.push(format!("{} fires on an example of {rule}: {text}", finding.rule));
                }
            }
        }
    }
    assert!(tried > 300, "only {tried} examples were tried");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
