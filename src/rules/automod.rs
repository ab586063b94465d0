//! What of the rules Discord's own automatic moderation can take over: it blocks a message before anybody sees it.
//!
//! AutoMod knows whole words, without our disguises and without what excuses a rule. So only the strongest patterns go
//! over: of stable rules that decide alone and excuse nothing. Each is tried here first, as AutoMod would match it: it
//! must find one of its rule's own examples, and none of the clean examples of any rule.
//!
//! Source of the limits and of the way words match: Discord's "Auto Moderation" reference, trigger metadata.

use std::collections::HashSet;

use regex::{Regex, RegexBuilder};
use serde_spanned::Spanned;

use super::exemption::{Exempt, Exemption};
use super::finding::{Category, Severity};
use super::load::RuleInfo;
use super::part::Place;
use super::schema::{Example, RawExample, RawRule, Status};

/// Most keywords of one AutoMod rule, and the longest of them in characters.
pub const MOST_KEYWORDS: usize = 1000;
/// The longest keyword, in characters.
pub const LONGEST_KEYWORD: usize = 60;
/// Most expressions of one AutoMod rule.
pub const MOST_EXPRESSIONS: usize = 10;
/// The longest expression, in characters.
pub const LONGEST_EXPRESSION: usize = 260;

/// The patterns of a rule that stand alone, and its examples, as written.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// Phrases, any of which hits.
    pub phrases: Vec<String>,
    /// Expressions, any of which hits.
    pub regexes: Vec<String>,
    /// Whether something excuses a hit, or the rule looks at some places only.
    pub conditional: bool,
    /// Messages it must find.
    pub matching: Vec<Example>,
    /// Messages it must leave alone.
    pub clean: Vec<Example>,
}

impl Written {
    /// As the rule's table has it. What stands in lists of their own is left to the engine.
    pub(super) fn of(raw: &RawRule) -> Self {
        let plain = |texts: &[Spanned<String>]| {
            let texts = texts.iter().map(|text| text.get_ref().clone());
            texts.filter(|text| !text.starts_with('@')).collect()
        };
        let examples = |list: &[Spanned<RawExample>]| {
            list.iter()
                .map(|example| Example::from(example.get_ref().clone()))
                .collect()
        };
        let told = raw.examples.get_ref();
        Self {
            phrases: plain(&raw.phrases),
            regexes: plain(&raw.regexes),
            conditional: !raw.unless.is_empty()
                || !raw.unless_regexes.is_empty()
                || !raw.unless_domains.is_empty()
                || raw.places.is_some(),
            matching: examples(&told.matching),
            clean: examples(&told.clean),
        }
    }
}

/// What AutoMod is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Takeover {
    /// Words and phrases.
    pub keywords: Vec<String>,
    /// Expressions in Rust's flavour.
    pub expressions: Vec<String>,
}

/// What stays here because a guild said so.
#[derive(Debug, Clone, Default)]
pub struct Spared<'a> {
    /// Rules that do not act there, by id.
    pub rules: HashSet<&'a str>,
    /// Texts and hosts in which one rule is wrong there.
    pub exemptions: Vec<&'a Exemption>,
    /// Messages in which every rule is wrong there.
    pub clean: Vec<&'a str>,
}

impl Takeover {
    /// The strongest patterns of these rules that pass their trial and are not spared, in the order of rules, as far as
    /// AutoMod has room.
    pub fn of(rules: &[RuleInfo], spared: &Spared<'_>) -> Self {
        let clean: Vec<&str> = rules
            .iter()
            .flat_map(|rule| contents(&rule.written.clean))
            .chain(spared.clean.iter().copied())
            .collect();
        let mut takeover = Self::default();
        let acts = |rule: &&RuleInfo| is_strong(rule) && !spared.rules.contains(&*rule.id);
        for rule in rules.iter().filter(acts) {
            let matching: Vec<&str> = contents(&rule.written.matching).collect();
            let exempt: Vec<&str> = spared
                .exemptions
                .iter()
                .filter(|one| *one.rule == *rule.id)
                .map(|one| match &one.what {
                    Exempt::Text(text) | Exempt::Host(text) => text.as_str(),
                })
                .collect();
            let passes = |pattern: &Regex| {
                matching.iter().any(|text| pattern.is_match(text))
                    && !clean.iter().chain(&exempt).any(|text| pattern.is_match(text))
            };
            for phrase in &rule.written.phrases {
                let keyword = phrase.trim().to_lowercase();
                if keyword.chars().count() <= LONGEST_KEYWORD
                    && takeover.keywords.len() < MOST_KEYWORDS
                    && !takeover.keywords.contains(&keyword)
                    && as_keyword(&keyword).is_some_and(|pattern| passes(&pattern))
                {
                    takeover.keywords.push(keyword);
                }
            }
            for regex in &rule.written.regexes {
                let expression = format!("(?i){regex}");
                if expression.chars().count() <= LONGEST_EXPRESSION
                    && takeover.expressions.len() < MOST_EXPRESSIONS
                    && !takeover.expressions.contains(&expression)
                    && Regex::new(&expression).is_ok_and(|pattern| passes(&pattern))
                {
                    takeover.expressions.push(expression);
                }
            }
        }
        takeover
    }

    /// Whether there is nothing to hand over.
    pub fn is_empty(&self) -> bool {
        self.keywords.is_empty() && self.expressions.is_empty()
    }
}

/// Whether a hit of this rule alone is enough to block a message that nobody has seen.
fn is_strong(rule: &RuleInfo) -> bool {
    rule.status == Status::Stable
        && rule.weight.is_none()
        && rule.severity >= Severity::High
        && rule.category != Category::Secret
        && !rule.written.conditional
}

/// The texts of examples that are the content of an ordinary message.
fn contents(examples: &[Example]) -> impl Iterator<Item = &str> {
    examples
        .iter()
        .filter(|example| example.place == Place::Content)
        .map(|example| example.text.as_str())
}

/// A keyword as AutoMod matches it: whole words, whatever their case.
fn as_keyword(keyword: &str) -> Option<Regex> {
    RegexBuilder::new(&format!(r"(?:^|\W){}(?:\W|$)", regex::escape(keyword)))
        .case_insensitive(true)
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Ruleset;

    fn rule(id: &str, severity: &str, status: &str, more: &str) -> String {
        format!(
            "[[rule]]\nid = \"{id}\"\ntitle = \"T\"\nwhy = \"A test.\"\ncategory = \"scam\"\nseverity = \"{severity}\"\n\
             status = \"{status}\"\n{more}\n"
        )
    }

    fn takeover(texts: &[String]) -> Takeover {
        let sources: Vec<(String, &str)> = texts
            .iter()
            .enumerate()
            .map(|(at, text)| (format!("{at}.toml"), text.as_str()))
            .collect();
        let sources: Vec<(&str, &str)> = sources
            .iter()
            .map(|(name, text)| (name.as_str(), *text))
            .collect();
        Takeover::of(
            Ruleset::from_sources(&sources).expect("sound").rules(),
            &Spared::default(),
        )
    }

    const EXAMPLES: &str = "phrases = [\"purple tortoise\", \"slow snail\"]\n\
        examples.match = [\"the purple tortoise\", \"purple t0rtoise\", \"PURPLE TORTOISE\"]\n\
        examples.clean = [\"purple\", \"tortoise\", \"a tortoise is purple\"]";

    #[test]
    fn only_patterns_that_find_an_example_go_over() {
        let found = takeover(&[rule("a", "high", "stable", EXAMPLES)]);
        assert_eq!(found.keywords, ["purple tortoise"], "no example shows the snail");
    }

    #[test]
    fn a_pattern_that_finds_what_another_rule_must_leave_alone_stays_here() {
        let other = "phrases = [\"green hare\"]\n\
            examples.match = [\"green hare\", \"gr33n hare\", \"Green Hare\"]\n\
            examples.clean = [\"hare\", \"green\", \"my purple tortoise is slow\"]";
        let both = [
            rule("a", "high", "stable", EXAMPLES),
            rule("b", "high", "stable", other),
        ];
        assert_eq!(takeover(&both).keywords, ["green hare"]);
    }

    #[test]
    fn weak_unproven_and_conditional_rules_stay_here() {
        let unless = format!("unless = [\"no purple tortoise\"]\n{EXAMPLES}");
        for (severity, status, more) in [
            ("medium", "stable", EXAMPLES.to_owned()),
            ("high", "experimental", EXAMPLES.to_owned()),
            ("high", "stable", format!("weight = 50\n{EXAMPLES}")),
            ("high", "stable", unless),
        ] {
            let found = takeover(&[rule("a", severity, status, &more)]);
            assert!(found.is_empty(), "{severity} {status} {more}: {found:?}");
        }
    }

    #[test]
    fn what_the_shipped_rules_hand_over_fits_discords_limits() {
        let shipped = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        let ruleset = Ruleset::load(&shipped).expect("the shipped rules are sound");
        let found = Takeover::of(ruleset.rules(), &Spared::default());
        assert!(!found.is_empty());
        assert!(found.keywords.len() <= MOST_KEYWORDS && found.expressions.len() <= MOST_EXPRESSIONS);
        let longest = |texts: &[String]| texts.iter().map(|text| text.chars().count()).max().unwrap_or(0);
        assert!(longest(&found.keywords) <= LONGEST_KEYWORD);
        assert!(longest(&found.expressions) <= LONGEST_EXPRESSION);
    }
}
