//! What a wrong policy file is told, and that no text makes the reader panic.

use super::*;

fn errors(text: &str) -> String {
    parse(text).expect_err("the policy is wrong").to_string()
}

#[test]
fn the_shipped_policy_is_read() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let policy = Policy::load(&shipped).unwrap_or_else(|errors| panic!("{errors}"));
    assert!(policy.responses.len() > 10);
}

#[test]
fn every_mistake_is_told_at_once_with_its_line() {
    let text = "\
[[response]]
who = [\"membr\"]
level = \"clean\"
severity = 3
priors = -1
joined_within = \"soon\"
quoted = \"yes\"
do = [\"timeout\", \"timeout 366d\", \"ban 8d\", \"explode\"]

[[response]]
whom = []

[treshold]
";
    insta::assert_snapshot!(errors(text), @r#"
    policy.toml:2:8: `who` does not know "membr": use "member", "staff", "bot" or "webhook" (unknown variant `membr`, expected one of `member`, `staff`, `bot`, `webhook`)
    policy.toml:3:9: what is clean needs no response: use "suspicious" or "scam"
    policy.toml:4:12: `severity` must be text in quotation marks
    policy.toml:5:10: `priors` must be a whole number, 0 or more
    policy.toml:6:17: "soon" is not a time: write a whole number and s, m, h or d, like "30m" or "7d"
    policy.toml:7:10: `quoted` must be true or false
    policy.toml:8:7: "timeout" needs a time, like "timeout 1h"
    policy.toml:8:18: "timeout 366d" is too long: at most 365d
    policy.toml:8:34: "ban 8d" is too long: Discord deletes at most 7d of history
    policy.toml:8:44: `do` does not know "explode": use "log", "delete", "timeout 1h", "quarantine", "quarantine for 7d", "kick", "ban", "ban 1d", "ban for 30d", "tell" or "recover"
    policy.toml:10:1: this response does nothing: add `do = ["log"]`, or what else is to follow
    policy.toml:11:1: unknown key `whom`: a response has why, who, level, categories, severity, priors, joined_within, history, pings_everyone, quoted and do
    policy.toml:13:2: unknown table `treshold`: a policy has [thresholds], [limits] and any number of [[response]]
    "#);
}

#[test]
fn a_response_that_another_always_precedes_is_refused() {
    let text = "[[response]]\nlevel = \"suspicious\"\ndo = [\"log\"]\n[[response]]\nlevel = \"scam\"\ndo = [\"delete\"]\n";
    insta::assert_snapshot!(errors(text), @"policy.toml:4:1: this response never decides anything: the one in line 1 fits whenever this one does; put this one first");
}

#[test]
fn broken_toml_and_an_empty_file_are_refused_with_a_place() {
    assert!(errors("[[response]]\ndo = [\"log\"\n").starts_with("policy.toml:"));
    insta::assert_snapshot!(errors(""), @"policy.toml:1:1: there is no [[response]]: nothing would ever be done; see the head of the shipped file");
}

#[test]
fn a_missing_file_says_where_it_was_looked_for() {
    let error = Policy::load(Path::new("/nonexistent"))
        .expect_err("no such directory")
        .to_string();
    assert!(error.contains("/nonexistent/policy.toml"), "{error}");
}

#[test]
fn actions_are_put_in_the_order_in_which_they_are_carried_out() {
    let policy = parse("[[response]]\ndo = [\"ban 1d\", \"tell\", \"log\", \"timeout 90s\", \"delete\"]\n");
    assert_eq!(
        policy.expect("the policy is right").responses[0].actions,
        [
            Action::Delete,
            Action::Timeout { seconds: 90 },
            Action::Tell,
            Action::Ban {
                delete_seconds: 86_400,
                seconds: None,
            }
        ]
    );
}

#[test]
fn sanctions_that_end_by_themselves_are_written_with_for() {
    let policy = parse("[[response]]\ndo = [\"ban 1d for 30d\", \"quarantine for 7d\", \"timeout 60d\"]\n");
    assert_eq!(
        policy.expect("the policy is right").responses[0].actions,
        [
            Action::Timeout { seconds: 60 * 86_400 },
            Action::Quarantine {
                seconds: Some(7 * 86_400)
            },
            Action::Ban {
                delete_seconds: 86_400,
                seconds: Some(30 * 86_400),
            },
        ]
    );
    insta::assert_snapshot!(errors("[[response]]\ndo = [\"kick for 7d\", \"tell\", \"recover\"]\n"), @r#"
    policy.toml:2:6: `do` names "tell" and "recover", or one of them twice: each is a direct message, keep one
    policy.toml:2:7: `do` does not know "kick for 7d": use "log", "delete", "timeout 1h", "quarantine", "quarantine for 7d", "kick", "ban", "ban 1d", "ban for 30d", "tell" or "recover"
    "#);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "(?s).{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn no_value_makes_the_reader_panic(key in "(who|level|categories|severity|priors|joined_within|quoted|do)", value in "[\\[\\]\"a-z0-9 ,é]{0,20}") {
        let _ = parse(&format!("[[response]]\n{key} = {value}\n"));
    }
}
