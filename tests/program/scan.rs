//! `nightdesk scan`: the formats it reads and writes, its exit codes, what it says of bad input; and `nightdesk check`.
//!
//! The rules here are the tests' own, so that a change of the shipped rules changes nothing.

use std::process::Output;

use serde_json::{Value, json};

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
signals = ["unknown-link", "foreign-invite", "staff-name-lookalike"]
[rule.examples]
match = ["https://a.example", "b.example/x", "discord.gg/abc"]
clean = ["main.rs", "hello", "1.2.3"]

[[rule]]
id = "listed"
title = "A listed host"
why = "Known to be bad."
category = "phishing"
severity = "critical"
status = "stable"
signals = ["listed-host"]
[rule.examples]
match = [{ text = "https://a.example", denied_hosts = ["a.example"] }, { text = "x.a.example", denied_hosts = ["a.example"] }, { text = "a[.]example", denied_hosts = ["a.example"] }]
clean = ["https://a.example", "hello", "1.2.3"]

[[rule]]
id = "own-secret"
title = "A secret"
why = "Its owner must act now."
category = "secret"
severity = "critical"
status = "stable"
signals = ["secret-posted"]
[rule.examples]
match = ["key 5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ", "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ", "look: 5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"]
clean = ["key", "secret", "hello"]
"#;

fn folder() -> Folder {
    Folder::with_rules(RULES)
}

/// Scans a file of this name and content.
fn scan_in(folder: &Folder, name: &str, text: impl AsRef<[u8]>, arguments: &[&str]) -> Output {
    folder.file(name, text);
    folder.run(&[&["scan"], arguments, &[name]].concat())
}

fn scan(name: &str, text: impl AsRef<[u8]>, arguments: &[&str]) -> Output {
    scan_in(&folder(), name, text, arguments)
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it was not killed")
}

fn objects(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    text.lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

fn complaints(output: &Output) -> String {
    words(&output.stderr)
}

#[test]
fn plain_text_is_one_message_a_line_and_gives_one_object_a_message_in_order() {
    let output = scan("chat.txt", "gm\nget FREE n1tro now\r\n\nbye", &[]);
    assert_eq!(code(&output), 1);
    insta::assert_snapshot!(words(&output.stdout), @r#"
    {"id":1,"verdict":"clean","score":0,"findings":[]}
    {"id":2,"verdict":"scam","score":100,"findings":[{"rule":"free-nitro","category":"scam","severity":"high","part":"content","view":"folded","start":4,"end":14,"evidence":"FREE n1tro"}]}
    {"id":3,"verdict":"clean","score":0,"findings":[]}
    {"id":4,"verdict":"clean","score":0,"findings":[]}
    "#);
}

#[test]
fn an_object_has_exactly_the_fields_of_the_contract() {
    let output = scan(
        "rows.jsonl",
        r#"{"id": "a", "text": "free nitro", "author": {"x": 1}}"#,
        &[],
    );
    let expected = json!({
        "id": "a", "verdict": "scam", "score": 100,
        "findings": [{
            "rule": "free-nitro", "category": "scam", "severity": "high", "part": "content", "view": "raw",
            "start": 0, "end": 10, "evidence": "free nitro",
        }],
    });
    assert_eq!(objects(&output), [expected]);
}

#[test]
fn every_surface_is_read_and_named_in_the_finding() {
    let surfaces = [
        "content",
        "edit",
        "embed[1].title",
        "embed[0].description",
        "embed[2].field",
        "embed[0].author",
        "embed[0].footer",
        "embed[0].url",
        "snapshot",
        "poll.question",
        "poll.answer",
        "thread_name",
        "display_name",
        "attachment_name",
        "sticker_name",
        "component.text_display",
        "component.url",
    ];
    let rows: String = surfaces
        .iter()
        .map(|surface| json!({"text": "free nitro", "surface": surface}).to_string() + "\n")
        .collect();
    let output = scan("rows.jsonl", rows, &[]);
    let parts: Vec<String> = objects(&output)
        .iter()
        .map(|object| {
            object["findings"][0]["part"]
                .as_str()
                .unwrap_or("none")
                .to_owned()
        })
        .collect();
    assert_eq!(parts, surfaces);
}

#[test]
fn nothing_found_is_exit_code_0() {
    let output = scan("chat.txt", "gm\nhello there\n", &[]);
    assert_eq!((code(&output), objects(&output).len()), (0, 2));
    assert!(complaints(&output).is_empty());
}

#[test]
fn bad_lines_are_told_by_number_the_rest_goes_on_and_the_exit_code_is_2() {
    let long = format!("{{\"text\": \"{}\"}}", "x".repeat(2 << 20));
    let rows = [
        b"{\"text\": \"free nitro\"}".as_slice(),
        b"not json",
        b"{\"id\": 3}",
        b"{\"text\": 5}",
        b"{\"text\": \"hi\", \"surface\": \"elsewhere\"}",
        b"{\"text\": \"\xff\"}",
        b"",
        long.as_bytes(),
        b"[1]",
        b"{\"text\": \"bye\"}",
    ];
    let output = scan("rows.jsonl", rows.join(&b'\n'), &[]);
    assert_eq!(code(&output), 2);
    let ids: Vec<Value> = objects(&output)
        .iter()
        .map(|object| object["id"].clone())
        .collect();
    assert_eq!(ids, [json!(1), json!(10)]);
    for number in [2, 3, 4, 5, 6, 8, 9] {
        assert!(
            complaints(&output).contains(&format!("line {number}:")),
            "{number}: {}",
            complaints(&output)
        );
    }
    assert!(complaints(&output).contains("unknown surface `elsewhere`"));
}

#[test]
fn an_export_is_read_with_its_embeds_attachments_stickers_and_forwards() {
    let export = json!({
        "guild": {"id": "1", "name": "g"}, "channel": {"id": "2", "name": "c"}, "exportedAt": "2026-01-01T00:00:00Z",
        "messages": [
            {"id": "10", "content": "gm", "author": {"name": "x"}, "embeds": [], "attachments": []},
            {"id": "11", "content": "", "embeds": [{"title": "", "description": "hi"}, {"title": "free nitro", "fields": [{"name": "n", "value": "fr33 n1tro"}]}]},
            {"id": "12", "content": "x", "attachments": [{"fileName": "free-nitro.png"}], "stickers": [{"name": "free nitro"}]},
            {"id": "13", "content": "", "forwardedMessage": {"content": "look: free nitro"}},
            7,
            {"id": "14", "content": null},
        ],
        "messageCount": 6,
    });
    let output = scan(
        "export.json",
        serde_json::to_string_pretty(&export).expect("JSON"),
        &[],
    );
    assert_eq!(code(&output), 2);
    assert!(
        complaints(&output).contains("message 5: is not an object"),
        "{}",
        complaints(&output)
    );
    let found: Vec<(Value, Vec<Value>)> = objects(&output)
        .iter()
        .map(|object| {
            let findings = object["findings"].as_array().expect("findings");
            (
                object["id"].clone(),
                findings.iter().map(|finding| finding["part"].clone()).collect(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (json!("10"), vec![]),
            (
                json!("11"),
                vec![json!("embed[1].title"), json!("embed[1].field")]
            ),
            (json!("12"), vec![json!("attachment_name"), json!("sticker_name")]),
            (json!("13"), vec![json!("snapshot")]),
            (json!("14"), vec![]),
        ]
    );
}

#[test]
fn a_broken_export_is_judged_as_far_as_it_goes() {
    let output = scan(
        "export.json",
        "{\"messages\": [{\"id\": \"1\", \"content\": \"free nitro\"}, {",
        &[],
    );
    assert_eq!((code(&output), objects(&output).len()), (2, 1));
    assert!(
        complaints(&output).contains("line 1, column 53: ends too early"),
        "{}",
        complaints(&output)
    );
    let output = scan("other.json", "{\"a\": 1}", &[]);
    assert_eq!(code(&output), 2);
    assert!(complaints(&output).contains("has no `messages`"));
    assert_eq!(code(&scan("other.json", "[1, 2]", &[])), 2);
}

#[test]
fn standard_input_is_recognised_by_its_start() {
    let folder = folder();
    for (input, id) in [
        ("free nitro\n", json!(1)),
        (
            "{\"id\": \"r\", \"text\": \"free nitro\"}\n{\"text\": \"x\"}\n",
            json!("r"),
        ),
        (
            "{\n \"messages\": [\n{\"id\": \"m\", \"content\": \"free nitro\"}]}",
            json!("m"),
        ),
        (
            "{\"messages\": [{\"id\": \"m\", \"content\": \"free nitro\"}]}",
            json!("m"),
        ),
    ] {
        let output = folder
            .program()
            .args(["scan", "-"])
            .write_stdin(input)
            .output()
            .expect("it runs");
        assert_eq!(objects(&output)[0]["id"], id, "{input}: {}", complaints(&output));
        assert_eq!(objects(&output)[0]["verdict"], "scam", "{input}");
    }
}

#[test]
fn a_first_row_longer_than_a_buffer_is_still_a_row() {
    let row = json!({"id": "long", "text": format!("{} free nitro", "word ".repeat(40_000))}).to_string();
    let output = folder()
        .program()
        .args(["scan", "-"])
        .write_stdin(row)
        .output()
        .expect("it runs");
    assert_eq!(
        (objects(&output)[0]["id"].clone(), code(&output)),
        (json!("long"), 1),
        "{}",
        complaints(&output)
    );
}

#[test]
fn own_invitations_staff_names_and_denied_hosts_are_heeded() {
    let folder = folder();
    let verdict = |row: Value, arguments: &[&str]| {
        objects(&scan_in(&folder, "rows.jsonl", row.to_string(), arguments))[0]["verdict"].clone()
    };
    assert_eq!(verdict(json!({"text": "discord.gg/HOME"}), &[]), "suspicious");
    assert_eq!(
        verdict(json!({"text": "discord.gg/HOME"}), &["--own-invite", "home"]),
        "clean"
    );
    let name = json!({"text": "Аlice (Mod)", "surface": "display_name"});
    assert_eq!(verdict(name.clone(), &[]), "clean");
    assert_eq!(verdict(name, &["--staff-name", "Alice"]), "suspicious");
    assert_eq!(
        verdict(
            json!({"text": "hxxps://a.evil.example"}),
            &["--deny-host", "evil.example"]
        ),
        "scam"
    );
}

#[test]
fn a_secret_is_found_and_never_shown() {
    let key = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ";
    let folder = folder();
    for format in ["ndjson", "text"] {
        let output = scan_in(
            &folder,
            "chat.txt",
            format!("free nitro, my key is {key} ok?\nbad \u{0}{key}"),
            &["--format", format],
        );
        assert_eq!(code(&output), 1);
        let all = words(&output.stdout) + complaints(&output).as_str();
        assert!(all.contains("own-secret") && !all.contains(key), "{all}");
    }
    let output = scan_in(
        &folder,
        "rows.jsonl",
        format!("{{\"text\": 1, \"x\": \"{key}\"\n{{\"text\": \"{key}"),
        &[],
    );
    assert!(!complaints(&output).contains(key), "{}", complaints(&output));
}

#[test]
fn text_for_people_names_what_was_found_and_sums_up() {
    let output = scan(
        "chat.txt",
        "gm\nget fr33 nitro\nsee https://a.example/x\n",
        &["--format", "text"],
    );
    insta::assert_snapshot!(words(&output.stdout), @r"
    2: scam, score 100
        free-nitro (high) at content 4..14: fr33 nitro
    3: suspicious, score 50
        unknown-link (medium) at content 4..23: https://a.example/x
    3 messages: 1 scam, 1 suspicious, 1 clean
    ");
}

#[test]
fn what_cannot_be_opened_or_loaded_is_said_and_exits_with_2() {
    let folder = folder();
    let output = folder.run(&["scan", "absent.txt"]);
    assert_eq!(code(&output), 2);
    assert!(complaints(&output).contains("absent.txt"));
    let output = folder.run(&["scan", "rules"]);
    assert!(complaints(&output).contains("is a directory"));
    let output = folder.run(&["scan", "--deny-host", "a b", "-"]);
    assert_eq!(
        (code(&output), complaints(&output).contains("not a host name")),
        (2, true)
    );
    folder.file("rules/broken.toml", "[[rule]]\nid = 3");
    let output = folder.run(&["scan", "-"]);
    assert_eq!(
        (code(&output), complaints(&output).contains("broken.toml:")),
        (2, true)
    );
    assert_eq!(code(&folder.run(&["scan"])), 2);
}

#[test]
fn check_tells_all_errors_at_once_and_exits_with_1() {
    let folder = folder();
    let output = folder.run(&["check"]);
    assert_eq!(code(&output), 0, "{}", complaints(&output));
    assert!(words(&output.stdout).contains("4 rules in 1 files are sound"));
    folder.file("rules/b.toml", RULES);
    folder.file("rules/c.toml", "[[rule]]\nid = 'x'\n");
    let output = folder.run(&["check"]);
    assert_eq!(code(&output), 1);
    assert!(
        complaints(&output).contains("b.toml:3:6: the id `free-nitro` is taken: all.toml:2"),
        "{}",
        complaints(&output)
    );
    assert!(
        complaints(&output).contains("c.toml:1:1: missing field `title`"),
        "{}",
        complaints(&output)
    );
    assert!(
        complaints(&output).contains("5 errors in the rules"),
        "{}",
        complaints(&output)
    );
    assert_eq!(code(&folder.run(&["check", "--rules", "/nowhere"])), 1);
}
