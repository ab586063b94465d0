//! The rules are the project's own words: nothing in a rule file quotes a message of the reference data. Rules that hold
//! the very sentences they are measured on would find those and no others, and the texts belong to their authors.
//!
//! Skipped with a printed reason where the data is absent.

use std::collections::HashMap;
use std::path::Path;

/// So many words in a row, the same in a rule and in a message, are a quotation and no coincidence.
const QUOTATION: usize = 7;

/// Words in lower case, without what stands between them.
fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Every text in a rule file: phrases, expressions, examples, reasons.
fn strings(value: &toml::Value, found: &mut Vec<String>) {
    match value {
        toml::Value::String(text) => found.push(text.clone()),
        toml::Value::Array(values) => values.iter().for_each(|value| strings(value, found)),
        toml::Value::Table(table) => table.values().for_each(|value| strings(value, found)),
        _ => {}
    }
}

fn rule_strings() -> Vec<(String, String)> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut all = Vec::new();
    for entry in std::fs::read_dir(rules)
        .expect("the rule directory can be read")
        .flatten()
    {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&path).expect("a rule file can be read");
            let mut found = Vec::new();
            strings(&toml::from_str(&text).expect("a rule file is TOML"), &mut found);
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            all.extend(found.into_iter().map(|string| (name.clone(), string)));
        }
    }
    all
}

#[test]
fn no_rule_quotes_a_message_of_the_reference_data() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let mut quoted: HashMap<Vec<String>, String> = HashMap::new();
    for name in ["scam", "ham", "ham_docs", "spam_generic", "sms_generic"] {
        let file = data.join(format!("texts_{name}.jsonl"));
        let Ok(rows) = std::fs::read_to_string(&file) else {
            println!("skipped: {} is not there", file.display());
            return;
        };
        for row in rows.lines() {
            let row: serde_json::Value = serde_json::from_str(row).expect("a row is JSON");
            let text = row["text"].as_str().unwrap_or_default();
            for run in words(text).windows(QUOTATION) {
                quoted
                    .entry(run.to_vec())
                    .or_insert_with(|| format!("{name} {}", row["id"]));
            }
        }
    }
    assert!(
        quoted.len() > 10_000,
        "the data is nearly empty: {} runs of words",
        quoted.len()
    );
    let strings = rule_strings();
    assert!(strings.len() > 1_000, "only {} texts in the rules", strings.len());
    let quotations: Vec<String> = strings
        .iter()
        .flat_map(|(file, string)| {
            let quoted = &quoted;
            words(string)
                .windows(QUOTATION)
                .map(<[String]>::to_vec)
                .collect::<Vec<_>>()
                .into_iter()
                .filter_map(move |run| {
                    quoted
                        .get(&run)
                        .map(|row| format!("{file}: \"{}\" stands in {row}", run.join(" ")))
                })
        })
        .collect();
    assert!(quotations.is_empty(), "{}", quotations.join("\n"));
}
