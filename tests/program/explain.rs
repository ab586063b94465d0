//! Runs `nightdesk explain`: what it says of a text that is found, of one that is nearly found, and of a secret.

use std::process::Output;

use crate::folder::{Folder, words};

const RULES: &str = r#"
[[rule]]
id = "claim-link"
title = "A claim behind a link"
why = "Nobody hands coins out in a chat."
category = "scam"
severity = "high"
status = "stable"
all = [ { within = 60, of = [ { phrases = ["claim your"] }, { signals = ["unknown-link"] } ] } ]
[rule.examples]
match = ["claim your https://a.example", "cl\u200baim your https://a.example", "claim your coins https://a.example"]
clean = ["claim your", "https://a.example", "hello"]
"#;

fn explain(arguments: &[&str]) -> Output {
    Folder::with_rules(RULES).run(&[&["explain"], arguments].concat())
}

fn shown(arguments: &[&str]) -> String {
    let output = explain(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", words(&output.stderr));
    words(&output.stdout)
}

#[test]
fn a_disguised_scam_is_explained_by_its_readings_signals_and_terms() {
    let text = shown(&["cla\u{200b}im your coins hxxps://moon[.]example"]);
    assert!(text.starts_with("scam, score 100"), "{text}");
    assert!(text.contains("undone: claim your coins"), "{text}");
    assert!(text.contains("  unknown-link hxxps://moon[.]example"), "{text}");
    assert!(text.contains("  claim-link (high, decides alone)"), "{text}");
    assert!(text.contains("+ group 1: phrases claim your"), "{text}");
}

#[test]
fn a_near_miss_names_the_term_that_is_missing() {
    let text = shown(&["claim your coins"]);
    assert!(text.starts_with("clean, score 0"), "{text}");
    assert!(text.contains("rules that hit: none"), "{text}");
    assert!(text.contains("- group 1: signals unknown-link"), "{text}");
    let json: serde_json::Value =
        serde_json::from_str(&shown(&["--format", "json", "claim your coins"])).expect("JSON");
    assert_eq!(json["rules"][0]["hit"], false);
}

#[test]
fn a_secret_is_never_shown_and_a_wrong_name_is_told() {
    let key = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ";
    let output = explain(&[&format!("claim your https://a.example {key}")]);
    assert!(!String::from_utf8_lossy(&output.stdout).contains(key));
    assert_eq!(explain(&["--rule", "claim-lnk", "hello"]).status.code(), Some(2));
    assert_eq!(explain(&["--surface", "ceiling", "hello"]).status.code(), Some(2));
    assert!(shown(&["--rule", "claim-link", "hello"]).contains("claim-link"));
}
