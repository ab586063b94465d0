//! A rule made from a message: the TOML that an operator can save.
//!
//! Whether it compiles and what it would have found is tried by `rules` afterwards; the draft only has to say honestly
//! what a moderator typed. It starts experimental: a rule proves itself before it acts.

use std::fmt::Write as _;

/// What a moderator typed about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftRule {
    /// Stable id, kebab-case.
    pub id: String,
    /// One line for moderators.
    pub title: String,
    /// The words to look for.
    pub phrase: String,
    /// Messages that it must leave alone.
    pub near_misses: Vec<String>,
    /// The message it is made from, secrets masked; absent when it is gone.
    pub message: Option<String>,
}

/// The name under which a draft is compiled: no file of a rules directory has it.
pub const DRAFT_FILE: &str = "draft-from-a-message.toml";

impl DraftRule {
    /// The rule as a file.
    pub fn to_toml(&self) -> String {
        let phrase = self.phrase.trim();
        let mut matching = vec![phrase.to_owned(), phrase.to_uppercase(), disguised(phrase)];
        matching.extend(self.message.clone());
        matching.dedup();
        let mut toml = String::from("[[rule]]\n");
        for (key, value) in [
            ("id", self.id.as_str()),
            ("title", self.title.as_str()),
            ("why", "Made from a message that a moderator marked."),
            ("category", "scam"),
            ("severity", "medium"),
            ("status", "experimental"),
        ] {
            // Writing to a string cannot fail.
            let _ = writeln!(toml, "{key} = {}", quoted(value));
        }
        let _ = writeln!(toml, "phrases = [{}]", quoted(phrase));
        for (key, texts) in [("match", &matching), ("clean", &self.near_misses)] {
            let _ = writeln!(toml, "examples.{key} = [");
            for text in texts {
                let _ = writeln!(toml, "  {},", quoted(text));
            }
            toml.push_str("]\n");
        }
        toml
    }
}

/// A text as a TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// The phrase as a scammer would disguise it: a digit for the first letter that has one, else spelled out.
fn disguised(phrase: &str) -> String {
    const LEET: [(char, char); 5] = [('o', '0'), ('e', '3'), ('i', '1'), ('a', '4'), ('s', '5')];
    // The first letter of the text may be all there is of a short word: one further in is the better disguise.
    let at = phrase.char_indices().skip(1).find_map(|(at, c)| {
        let leet = LEET.iter().find(|(plain, _)| c.eq_ignore_ascii_case(plain))?.1;
        Some((at, c, leet))
    });
    if let Some((at, c, leet)) = at {
        return format!("{}{leet}{}", &phrase[..at], &phrase[at + c.len_utf8()..]);
    }
    let letters: Vec<String> = phrase.chars().map(String::from).collect();
    letters.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Ruleset;

    #[test]
    fn a_draft_is_a_sound_rule_file_whatever_is_quoted_in_it() {
        let draft = DraftRule {
            id: "purple-tortoise".to_owned(),
            title: "The \"purple\" tortoise".to_owned(),
            phrase: "purple tortoise deal".to_owned(),
            near_misses: vec![
                "a purple deal".to_owned(),
                "my tortoise \\o/".to_owned(),
                "deal with it".to_owned(),
            ],
            message: Some("get the purple tortoise deal\n\"\"\"today\"\"\"".to_owned()),
        };
        let toml = draft.to_toml();
        let ruleset = Ruleset::from_sources(&[(DRAFT_FILE, &toml)]);
        assert_eq!(ruleset.expect("it compiles").rules().len(), 1, "{toml}");
    }

    #[test]
    fn a_phrase_is_disguised_so_that_only_folding_finds_it() {
        assert_eq!(disguised("claim now"), "cl4im now");
        assert_eq!(disguised("xyz"), "x y z");
    }
}
