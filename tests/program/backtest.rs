//! `nightdesk backtest` from outside: a rule file is tried on messages of the past before it is in force.

use std::process::Output;

use crate::folder::{Folder, words};

const RULE: &str = r#"
[[rule]]
id = "tortoise"
title = "Tortoise"
why = "A test of rules on trial."
category = "scam"
severity = "high"
status = "experimental"
phrases = ["purple tortoise deal"]
examples.match = ["purple tortoise deal", "a purple t0rtoise deal", "Purple Tortoise Deal!"]
examples.clean = ["purple tortoise", "tortoise deal", "a deal"]
"#;

/// Tries a rule file on these messages, beside the shipped rules.
fn backtest(rule: &str, messages: &str) -> Output {
    let folder = Folder::with_rules("");
    folder.file("draft.toml", rule);
    folder
        .program()
        .args([
            "backtest",
            "--rules",
            concat!(env!("CARGO_MANIFEST_DIR"), "/rules"),
        ])
        .args(["--rule", "draft.toml", "-"])
        .write_stdin(messages)
        .output()
        .expect("it runs")
}

#[test]
fn a_draft_shows_what_it_would_find_that_the_present_rules_do_not() {
    let messages =
        "good morning\nthe PURPLE t0rtoise deal is on\nhas anyone tried the new release on testnet yet?\n";
    let output = backtest(RULE, messages);
    let shown = words(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{shown}{}", words(&output.stderr));
    assert!(shown.contains("3 messages"), "{shown}");
    assert!(
        shown.contains("1 (33.33 %) would be removed because of them"),
        "{shown}"
    );
    assert!(shown.contains("tortoise (clean -> removed)"), "{shown}");
    assert!(
        shown.contains("PURPLE t0rtoise deal"),
        "what was found is shown as written: {shown}"
    );
}

#[test]
fn a_draft_is_tried_on_an_exported_chat_with_its_forwards_and_embeds() {
    let export = serde_json::json!({
        "guild": {"id": "1", "name": "g"}, "channel": {"id": "2", "name": "c"},
        "messages": [
            {"id": "10", "content": "good morning", "embeds": [], "attachments": []},
            {"id": "11", "content": "", "forwardedMessage": {"content": "the purple t0rtoise deal"}},
            {"id": "12", "content": "look", "embeds": [{"title": "Purple Tortoise Deal", "description": "today"}]},
        ],
    });
    let output = backtest(RULE, &serde_json::to_string_pretty(&export).expect("JSON"));
    let shown = words(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{shown}{}", words(&output.stderr));
    assert!(shown.contains("3 messages"), "{shown}");
    assert!(
        shown.contains("2 (66.67 %) would be removed because of them"),
        "{shown}"
    );
}

#[test]
fn a_draft_that_finds_nothing_new_ends_with_0() {
    let output = backtest(RULE, "good morning\na purple deal\n");
    assert_eq!(output.status.code(), Some(0), "{}", words(&output.stderr));
    assert!(words(&output.stdout).contains("0 (0.00 %) hit by the rules on trial"));
}

#[test]
fn a_draft_with_a_mistake_is_refused_with_file_and_line() {
    let output = backtest(&RULE.replace("\"a deal\"", "\"my purple tortoise deal\""), "x\n");
    let told = words(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(
        told.contains("draft.toml:") && told.contains("ought not to match"),
        "{told}"
    );
}
