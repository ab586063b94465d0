//! What a guild has exempted: single texts and hosts, each in one rule, found wrong there by its moderators.
//!
//! An exemption is narrow on purpose. It holds for one rule, and only where what was found is what was exempted and the
//! rule has hit nothing else in the message: whoever posts an exempted text with a scam behind it is found as before. It
//! is a filter over the shared rules and changes nothing for another guild. Which exemptions there are is kept by
//! `storage`; proposing them is up to `moderation::overlay`.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::compile::Ruleset;
use super::evaluate::Hit;
use super::links::Links;
use super::normalise::hints::hints;
use super::normalise::{Reading, plain};
use super::part::Part;

/// Hosts on which strangers live under one name: there the whole link is exempted, never the host.
const SHARED: &[&str] = &[
    "bit.ly",
    "cdn.discordapp.com",
    "docs.google.com",
    "drive.google.com",
    "dropbox.com",
    "forms.gle",
    "forms.office.com",
    "github.com",
    "goo.gl",
    "is.gd",
    "linktr.ee",
    "media.discordapp.net",
    "medium.com",
    "notion.so",
    "onedrive.live.com",
    "pastebin.com",
    "rentry.co",
    "script.google.com",
    "sites.google.com",
    "t.co",
    "t.ly",
    "t.me",
    "telegra.ph",
    "tinyurl.com",
    "twitter.com",
    "wa.me",
    "x.com",
    "youtu.be",
    "youtube.com",
];

/// What is exempted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "pattern")]
pub enum Exempt {
    /// This text, whatever its case and spacing.
    Text(String),
    /// Links to exactly this host, in canonical form.
    Host(String),
}

impl Exempt {
    /// The longest text that can be exempted, in bytes: what is longer is no slip of a pattern, but a whole message.
    pub const LONGEST: usize = 400;

    /// What to exempt so that this find is left alone: a link by its host where the host has one owner, anything else as
    /// it stands. `None`: nothing was found, or too much.
    pub fn of_found(found: &str) -> Option<Self> {
        let text = calm(found);
        match sole_host(found) {
            Some(host) if !SHARED.contains(&host.trim_start_matches("www.")) => Some(Self::Host(host)),
            _ if text.is_empty() || text.len() > Self::LONGEST => None,
            _ => Some(Self::Text(text)),
        }
    }

    fn covers(&self, found: &str) -> bool {
        match self {
            Self::Text(text) => calm(found) == calm(text),
            Self::Host(host) => sole_host(found).is_some_and(|found| found == *host),
        }
    }
}

/// An exemption of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Exemption {
    /// The rule that is wrong about it.
    pub rule: String,
    /// About what.
    pub what: Exempt,
}

/// All exemptions of one guild, by rule. Belongs to the ruleset it was built for.
#[derive(Debug, Clone, Default)]
pub struct Exemptions {
    by_rule: HashMap<usize, Vec<Exempt>>,
    /// Whole texts that were found harmless, calmed.
    clean: HashSet<String>,
}

impl Exemptions {
    /// Sorts exemptions by rule; those of rules that are not there any more are left out. `clean`: whole texts in which
    /// these rules are wrong about everything.
    pub fn build<'e>(
        ruleset: &Ruleset,
        exemptions: impl IntoIterator<Item = &'e Exemption>,
        clean: impl IntoIterator<Item = &'e str>,
    ) -> Self {
        let mut by_rule: HashMap<usize, Vec<Exempt>> = HashMap::new();
        for exemption in exemptions {
            if let Some(index) = ruleset
                .rules()
                .iter()
                .position(|rule| *rule.id == *exemption.rule)
            {
                by_rule.entry(index).or_default().push(exemption.what.clone());
            }
        }
        Self {
            by_rule,
            clean: clean.into_iter().map(calm).collect(),
        }
    }

    /// Whether nothing is exempted.
    pub fn is_empty(&self) -> bool {
        self.by_rule.is_empty()
    }

    /// Whether all that a rule found is exempted, and nothing it hit lies outside: then it found nothing.
    pub(super) fn excuse(
        &self,
        rule: usize,
        parts: &[Part<'_>],
        found: &[(u16, Range<u32>)],
        hits: &[&Hit],
    ) -> bool {
        let Some(exempted) = self.by_rule.get(&rule) else {
            return false;
        };
        let is_exempt = |(part, span): &(u16, Range<u32>)| {
            let text = parts
                .get(usize::from(*part))
                .and_then(|part| part.text.get(span.start as usize..span.end as usize));
            text.is_some_and(|text| exempted.iter().any(|exempt| exempt.covers(text)))
        };
        let lies_in = |hit: &Hit, (part, span): &(u16, Range<u32>)| {
            hit.part == *part && span.start <= hit.start && hit.end <= span.end
        };
        let alone = || {
            hits.iter()
                .all(|hit| hit.anywhere || found.iter().any(|place| lies_in(hit, place)))
        };
        // The very text that was found harmless: what else the rule hit in it was there then, too.
        let is_clean = |(part, _): &(u16, Range<u32>)| {
            parts
                .get(usize::from(*part))
                .is_some_and(|part| self.clean.contains(&calm(part.text)))
        };
        !found.is_empty() && found.iter().all(is_exempt) && (alone() || found.iter().all(is_clean))
    }
}

/// A text without the differences that make no difference: case, and how much space stands where.
fn calm(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// The host of a text that is one link and nothing else. An invitation has none of its own: its code is what counts.
fn sole_host(text: &str) -> Option<String> {
    let mut reading = Reading::default();
    let traits = plain::read(text, &mut reading);
    let mut links = Links::default();
    links.read(text, traits, &hints(text, traits), true);
    match links.all.as_slice() {
        [link] if link.span == (0..text.len()) && links.invite(link).is_none() => {
            Some(links.host(link).to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Place, ScanContext, Scratch, Verdict};

    const RULES: &str = r#"
[[rule]]
id = "lure"
title = "Lure"
why = "A test."
category = "scam"
severity = "high"
status = "stable"
phrases = ["claim your reward"]
examples.match = ["claim your reward", "claim your r3ward now", "CLAIM YOUR REWARD"]
examples.clean = ["claim", "your reward is in heaven", "reward"]

[[rule]]
id = "lure-link"
title = "Lure with a link"
why = "A test."
category = "scam"
severity = "high"
status = "stable"
all = [{ of = [{ phrases = ["mint is live"] }, { signals = ["unknown-link"] }] }]
examples.match = ["mint is live https://a.example", "m1nt is live: https://b.example/x", "https://c.example mint is live"]
examples.clean = ["mint is live", "https://a.example", "the mint"]

[[rule]]
id = "stranger"
title = "Unknown link"
why = "A test."
category = "spam"
severity = "medium"
status = "stable"
signals = ["unknown-link"]
examples.match = ["https://a.example", "https://b.example/x", "hxxps://c[.]example"]
examples.clean = ["https://discord.com/x", "a", "b"]
"#;

    fn ruleset() -> Ruleset {
        Ruleset::from_sources(&[("test.toml", RULES)]).expect("the rules of this test are sound")
    }

    fn judged(ruleset: &Ruleset, exempted: &[(&str, &str)], text: &str) -> Vec<String> {
        let exemptions: Vec<Exemption> = exempted
            .iter()
            .map(|(rule, found)| Exemption {
                rule: (*rule).to_owned(),
                what: Exempt::of_found(found).expect("it can be exempted"),
            })
            .collect();
        let exemptions = Exemptions::build(ruleset, &exemptions, []);
        let context = ScanContext {
            exemptions: Some(&exemptions),
            ..ScanContext::default()
        };
        let verdict: Verdict =
            ruleset.scan(&[Part::new(Place::Content, text)], &context, &mut Scratch::new());
        let mut rules: Vec<String> = verdict
            .findings
            .iter()
            .map(|finding| finding.rule.to_string())
            .collect();
        rules.dedup();
        rules
    }

    #[test]
    fn what_was_found_is_exempted_by_its_host_when_it_is_a_link_and_as_it_stands_when_not() {
        let host = |host: &str| Some(Exempt::Host(host.to_owned()));
        let text = |text: &str| Some(Exempt::Text(text.to_owned()));
        assert_eq!(
            Exempt::of_found("https://App.Example/claim?x=1"),
            host("app.example")
        );
        assert_eq!(Exempt::of_found("discord.gg/abcdef"), text("discord.gg/abcdef"));
        assert_eq!(Exempt::of_found("https://t.me/x"), text("https://t.me/x"));
        assert_eq!(Exempt::of_found("Claim  your\nreward"), text("claim your reward"));
        assert_eq!(
            Exempt::of_found("go to https://app.example"),
            text("go to https://app.example")
        );
        assert_eq!(Exempt::of_found(" "), None);
        assert_eq!(Exempt::of_found(&"long ".repeat(100)), None);
    }

    #[test]
    fn an_exempted_text_is_left_alone_in_its_rule_whatever_its_case_and_spacing() {
        let ruleset = ruleset();
        let exempted = [("lure", "claim your reward")];
        assert_eq!(judged(&ruleset, &[], "claim your reward"), ["lure"]);
        assert!(judged(&ruleset, &exempted, "Claim  your reward, said the page").is_empty());
        assert!(
            judged(
                &ruleset,
                &[("stranger", "claim your reward")],
                "claim your reward"
            ) == ["lure"]
        );
    }

    #[test]
    fn an_exempted_text_hides_nothing_that_stands_beside_it() {
        let ruleset = ruleset();
        let exempted = [
            ("lure", "claim your reward"),
            ("lure-link", "mint is live https://good.example"),
        ];
        let found = judged(&ruleset, &exempted, "claim your reward, then claim your r3ward");
        assert_eq!(found, ["lure"]);
        assert!(
            !judged(&ruleset, &exempted, "mint is live https://good.example").contains(&"lure-link".into())
        );
        let both = "mint is live https://good.example or https://evil.example";
        assert!(judged(&ruleset, &exempted, both).contains(&"lure-link".into()));
    }

    #[test]
    fn an_exempted_host_excuses_no_other_host_and_not_its_subdomains() {
        let ruleset = ruleset();
        let exempted = [("stranger", "https://good.example/a")];
        assert!(judged(&ruleset, &exempted, "see https://good.example/b").is_empty());
        for text in [
            "see https://evil.good.example/b",
            "see https://good.example.evil.example",
            "https://good.example and https://evil.example",
        ] {
            assert_eq!(judged(&ruleset, &exempted, text), ["stranger"], "{text}");
        }
    }
}
