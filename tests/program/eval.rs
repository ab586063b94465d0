//! Runs `nightdesk eval` on the tests' own labelled rows: what it counts, what it demands, what it says of bad input.

use std::fs;
use std::process::Output;

use serde_json::Value;

use crate::folder::{Folder, words};

const RULES: &str = r#"
[[rule]]
id = "free-nitro"
title = "Free Nitro"
why = "Nobody gives Nitro away in a chat."
category = "scam"
severity = "high"
status = "stable"
phrases = ["free nitro"]
[rule.examples]
match = ["free nitro", "fr33 n1tro", "FREE  NITRO!!"]
clean = ["nitro is not free", "nitro", "free"]

[[rule]]
id = "unknown-link"
title = "A link nobody knows"
why = "Worth a look."
category = "phishing"
severity = "medium"
status = "stable"
weight = 50
signals = ["unknown-link"]
[rule.examples]
match = ["https://a.example", "b.example/x", "https://c.ex\u200bample"]
clean = ["main.rs", "hello", "1.2.3"]
"#;

/// Campaigns 1 and 4 are held out (CRC-32 modulo 5), campaigns 0, 2 and 3 are not: see the test that counts them.
const SCAMS: &str = r#"
{"id": "a", "text": "free nitro", "label": "scam", "source": "owner/name@1a2b data/x", "lang": "en", "category": "gift", "cluster": "campaign-a"}
{"id": "b", "text": "see https://thing.example", "label": "scam", "source": "owner/name@1a2b data/y", "lang": "en", "category": "link", "cluster": "campaign-b"}
{"id": "c", "text": "a quiet word", "label": "scam", "source": "other", "lang": "ru", "category": "gift", "cluster": "campaign-c"}
{"id": "d", "text": "FREE NITRO", "label": "scam", "source": "other", "lang": "ru", "category": "gift", "cluster": "campaign-d"}
"#;

fn folder() -> Folder {
    let folder = Folder::with_rules(RULES);
    folder.file("scams.jsonl", SCAMS);
    folder
}

fn eval(folder: &Folder, arguments: &[&str]) -> Output {
    folder.run(&[&["eval"], arguments].concat())
}

fn figures(folder: &Folder, arguments: &[&str]) -> Value {
    let output = eval(folder, &[arguments, &["--format", "json"]].concat());
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn verdicts_are_counted_by_file_source_language_and_category() {
    let folder = folder();
    let figures = figures(&folder, &["scams.jsonl"]);
    let scams = &figures["files"]["scams"];
    assert_eq!(scams["all"]["rows"], 4);
    assert_eq!(scams["all"]["caught"], 3);
    assert_eq!(scams["all"]["removed"], 2);
    assert_eq!(scams["by"]["source"]["owner/name"]["caught"], 2);
    assert_eq!(scams["by"]["language"]["ru"]["removed"], 1);
    assert_eq!(scams["by"]["category"]["link"]["caught"], 1);
    assert_eq!(scams["by"]["category"]["link"]["removed"], 0);
    let share = &scams["all"]["caught_share"];
    assert_eq!(share["share"], 0.75);
    let (low, high) = (share["low"].as_f64(), share["high"].as_f64());
    assert!(
        low < Some(0.75) && high > Some(0.75) && high < Some(1.0),
        "{share}"
    );
}

#[test]
fn the_two_sides_of_the_holdout_add_up_and_the_held_out_side_is_never_printed() {
    let folder = folder();
    let rows = |side: &str| {
        let counted = figures(&folder, &["--holdout", side, "scams.jsonl"]);
        counted["files"]["scams"]["all"]["rows"].as_u64().unwrap_or(0)
    };
    let (kept, held) = (rows("out"), rows("only"));
    assert_eq!(kept + held, 4);
    let twenty: Vec<String> = (0..20)
        .map(|n| format!("{{\"id\": \"row {n}\", \"text\": \"word {n}\", \"label\": \"scam\"}}\n"))
        .collect();
    folder.file("twenty.jsonl", twenty.concat());
    let shown = |side: &str| {
        let output = eval(&folder, &["--misses", "--holdout", side, "twenty.jsonl"]);
        String::from_utf8_lossy(&output.stderr).lines().count()
    };
    let held =
        figures(&folder, &["--holdout", "only", "twenty.jsonl"])["files"]["twenty"]["all"]["rows"].clone();
    let held = held.as_u64().expect("some rows are held out") as usize;
    assert!(held > 0, "no row of twenty is held out");
    assert_eq!(
        (shown("in"), shown("out"), shown("only")),
        (20 - held, 20 - held, 0)
    );
}

#[test]
fn a_domain_is_judged_as_a_message_with_a_link_to_it() {
    let folder = folder();
    folder.file(
        "hosts.jsonl",
        "{\"domain\": \"thing.example\", \"label\": \"bad\", \"kind\": \"drainer\"}\n",
    );
    let figures = figures(&folder, &["hosts.jsonl"]);
    assert_eq!(figures["files"]["hosts"]["all"]["caught"], 1);
    assert_eq!(figures["files"]["hosts"]["by"]["category"]["drainer"]["rows"], 1);
}

#[test]
fn a_demand_that_is_not_met_makes_exit_code_1() {
    let folder = folder();
    let code = |arguments: &[&str]| eval(&folder, arguments).status.code();
    assert_eq!(code(&["--at-least", "scams.caught=75%", "scams.jsonl"]), Some(0));
    assert_eq!(code(&["--at-least", "scams.caught=76%", "scams.jsonl"]), Some(1));
    assert_eq!(code(&["--at-most", "gift.removed=0.7", "scams.jsonl"]), Some(0));
    assert_eq!(code(&["--at-most", "ru.removed=0.4", "scams.jsonl"]), Some(1));
    // A name that was misspelt must not pass for a demand that is met.
    assert_eq!(code(&["--at-most", "skams.removed=50%", "scams.jsonl"]), Some(1));
    // A demand that cannot be read is clap's business: exit code 2.
    assert_eq!(code(&["--at-most", "scams=50%", "scams.jsonl"]), Some(2));
}

#[test]
fn a_directory_stands_for_its_files_and_a_bad_row_is_named_while_the_rest_counts() {
    let folder = folder();
    let data = folder.path("data");
    fs::create_dir(&data).expect("a directory");
    fs::write(data.join("b.jsonl"), SCAMS).expect("a file");
    fs::write(
        data.join("a.jsonl"),
        "{\"text\": \"hi\", \"label\": \"ham\"}\n{\"text\": 5}\n",
    )
    .expect("a file");
    fs::write(data.join("notes.txt"), "not rows").expect("a file");
    let output = eval(&folder, &["data"]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("a.jsonl: line 2"), "{told}");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("75.00 %"), "{shown}");
    assert_eq!(eval(&folder, &["nowhere"]).status.code(), Some(2));
}

#[test]
fn weights_are_fitted_to_the_rows_and_printed_as_lines_of_the_rule_file() {
    let folder = folder();
    let rows: String = (0..40)
        .map(|n| {
            let (text, label) = if n % 2 == 0 {
                ("look at https://thing.example", "ham")
            } else {
                ("good evening", "scam")
            };
            format!("{{\"id\": \"row {n}\", \"text\": \"{text}\", \"label\": \"{label}\"}}\n")
        })
        .collect::<Vec<_>>()
        .concat();
    folder.file("rows.jsonl", rows);
    let fit = || folder.run(&["rules", "fit", "rows.jsonl"]);
    let output = fit();
    assert_eq!(output.status.code(), Some(0));
    let shown = words(&output.stdout);
    assert!(shown.contains("all.toml:14 unknown-link"), "{shown}");
    assert!(shown.contains("-weight   = 50\n+weight   = "), "{shown}");
    assert!(
        shown.contains("as written: ") && shown.contains("as fitted: "),
        "{shown}"
    );
    assert_eq!(output.stdout, fit().stdout, "the same rows give the same weights");
}
