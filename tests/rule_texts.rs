//! The rules are the project's own words: nothing in a rule file quotes a message of the reference data. Rules that hold
//! the very sentences they are measured on would find those and no others, and the texts belong to their authors.
//!
//! Skipped with a printed reason where the data is absent.

use std::collections::HashMap;
use std::path::Path;

/// So many words in a row, the same in a rule and in a message, are a quotation and no coincidence.
const QUOTATION: usize = 7;
/// A message of so many words or more, and fewer than a quotation, is one as a whole.
const SHORTEST_MESSAGE: usize = 4;
/// Words that say nothing of whose a link is.
const OF_EVERY_LINK: &[&str] = &["http", "https", "www", "com", "example"];
/// Messages as short as that which everybody says.
const EVERYDAY: &[&str] = &["send your seed phrase"];

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

/// The lines of a list that are not comments.
fn lines(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(str::to_owned)
}

fn rule_strings() -> Vec<(String, String)> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut all = Vec::new();
    for folder in [rules.clone(), rules.join("lists")] {
        for entry in std::fs::read_dir(folder)
            .expect("the rule directory can be read")
            .flatten()
        {
            let path = entry.path();
            let mut found = Vec::new();
            let extension = path.extension().and_then(|extension| extension.to_str());
            if let Some(ending @ ("toml" | "txt")) = extension {
                let text = std::fs::read_to_string(&path).expect("a rule file can be read");
                if ending == "toml" {
                    strings(&toml::from_str(&text).expect("a rule file is TOML"), &mut found);
                } else {
                    found.extend(lines(&text));
                }
            }
            let name = entry.file_name().to_string_lossy().into_owned();
            all.extend(found.into_iter().map(|string| (name.clone(), string)));
        }
    }
    all
}

#[test]
fn no_rule_quotes_a_message_of_the_reference_data() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if !data.is_dir() {
        println!("skipped: {} is not there", data.display());
        return;
    }
    let mut quoted: HashMap<Vec<String>, String> = HashMap::new();
    let mut short: HashMap<Vec<String>, String> = HashMap::new();
    for name in [
        "texts_scam",
        "texts_ham",
        "texts_ham_docs",
        "texts_spam_generic",
        "texts_sms_generic",
        "evasion_dev",
    ] {
        let file = data.join(format!("{name}.jsonl"));
        let rows = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{} is missing beside the others: {error}", file.display()));
        for row in rows.lines() {
            let row: serde_json::Value = serde_json::from_str(row).expect("a row is JSON");
            let words = words(row["text"].as_str().unwrap_or_default());
            let whose = || format!("{name} {}", row["id"]);
            for run in words.windows(QUOTATION) {
                quoted.entry(run.to_vec()).or_insert_with(whose);
            }
            let telling = words
                .iter()
                .filter(|word| !OF_EVERY_LINK.contains(&word.as_str()));
            if telling.count() >= SHORTEST_MESSAGE
                && words.len() < QUOTATION
                && !EVERYDAY.contains(&words.join(" ").as_str())
            {
                short.entry(words).or_insert_with(whose);
            }
        }
    }
    assert!(
        quoted.len() > 10_000 && short.len() > 50,
        "the data is nearly empty: {} runs of words, {} short messages",
        quoted.len(),
        short.len()
    );
    let strings = rule_strings();
    assert!(strings.len() > 2_000, "only {} texts in the rules", strings.len());
    let mut quotations = Vec::new();
    for (file, string) in &strings {
        let words = words(string);
        // A text that is quoted may be one of those set aside: only whose it is is told, and where.
        let mut tell = |row: &String| quotations.push(format!("{file}: {row} is quoted in {string:?}"));
        for run in words.windows(QUOTATION) {
            quoted.get(run).into_iter().for_each(&mut tell);
        }
        for length in SHORTEST_MESSAGE..QUOTATION {
            for run in words.windows(length) {
                short.get(run).into_iter().for_each(&mut tell);
            }
        }
    }
    assert!(quotations.is_empty(), "{}", quotations.join("\n"));
}
