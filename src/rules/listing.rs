//! Tells, in the evidence of a finding about a listed host, which list holds it and since when.
//!
//! Asked only once something was found: the links of that text are read a second time, which keeps the way of a clean
//! message free of it.

use super::compile::Ruleset;
use super::feeds::FeedHosts;
use super::finding::{Finding, Verdict};
use super::links::Links;
use super::normalise::hints::hints;
use super::normalise::{Reading, plain};
use super::part::Part;
use super::signal::Signal;

impl Ruleset {
    /// Puts `listed in alpha since 2026-11-22: ` before what was found about listed hosts.
    pub(super) fn note_listings(&self, verdict: &mut Verdict, parts: &[Part<'_>], feeds: &FeedHosts) {
        for finding in &mut verdict.findings {
            let listens = self.listeners(Signal::ListedHost).iter().any(|listener| {
                self.rules()
                    .get(usize::from(listener.target.rule))
                    .is_some_and(|rule| rule.id == finding.rule)
            });
            if listens
                && let Some(part) = parts.get(finding.part)
                && let Some(note) = listing_in(part.text, finding, feeds)
            {
                // The note is worth more than the end of a long address.
                let room = Finding::EVIDENCE_CHARS.saturating_sub(note.chars().count());
                let mut evidence = note;
                if finding.evidence.chars().count() > room {
                    evidence.extend(finding.evidence.chars().take(room.saturating_sub(1)));
                    evidence.push('…');
                } else {
                    evidence.push_str(&finding.evidence);
                }
                finding.evidence = evidence;
            }
        }
    }
}

fn listing_in(text: &str, finding: &Finding, feeds: &FeedHosts) -> Option<String> {
    let (mut reading, mut links) = (Reading::default(), Links::default());
    let traits = plain::read(text, &mut reading);
    links.read(text, traits, &hints(text, traits), true);
    links
        .all
        .iter()
        .filter(|link| link.span.start < finding.span.end && finding.span.start < link.span.end)
        .find_map(|link| feeds.listing(links.host(link)))
        .map(|listing| format!("listed in {} since {}: ", listing.feed, listing.since))
}

#[cfg(test)]
mod tests {
    use super::super::domains::{DomainSet, Note};
    use super::super::{Place, ScanContext, Scratch};
    use super::*;

    #[test]
    fn a_finding_says_which_list_holds_the_host_and_since_when() {
        let rules = "[[rule]]\nid = \"listed\"\ntitle = \"t\"\nwhy = \"w\"\ncategory = \"phishing\"\nseverity = \"critical\"\n\
                     status = \"stable\"\nsignals = [\"listed-host\"]\n[rule.examples]\n\
                     match = [{ text = \"https://a.example\", denied_hosts = [\"a.example\"] }, \
                     { text = \"x.a.example\", denied_hosts = [\"a.example\"] }, \
                     { text = \"a[.]example\", denied_hosts = [\"a.example\"] }]\n\
                     clean = [\"https://b.example\", \"a example\", \"hello\"]\n";
        let ruleset = Ruleset::from_sources(&[("listed.toml", rules)]).unwrap();
        let mut set = DomainSet::new();
        set.put(
            "evil.example",
            Note {
                source: 0,
                day: 20_779,
            },
        )
        .unwrap();
        let feeds = FeedHosts::merge([("alpha", &set)], []);
        let context = ScanContext {
            feeds: Some(&feeds),
            ..ScanContext::default()
        };
        let note = "listed in alpha since 2026-11-22: h";
        let long = format!("https://evil.example/{}", "a".repeat(300));
        for text in [
            "see https://claim.evil.example/now",
            "hxxps://ev\u{200b}il[.]example",
            long.as_str(),
        ] {
            let verdict = ruleset.scan(&[Part::new(Place::Content, text)], &context, &mut Scratch::new());
            assert_eq!(verdict.findings.len(), 1, "{text}");
            let evidence = &verdict.findings[0].evidence;
            assert!(evidence.starts_with(note), "{evidence}");
            assert!(evidence.chars().count() <= Finding::EVIDENCE_CHARS);
        }
        let clean = [Part::new(Place::Content, "https://good.example")];
        assert!(ruleset.scan(&clean, &context, &mut Scratch::new()).is_empty());
    }
}
