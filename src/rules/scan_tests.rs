//! Small rulesets over small messages.

use std::fmt::Write as _;

use super::super::finding::{InviteFact, InviteTarget, Level};
use super::super::part::{Part, Place};
use super::super::{
    Finding, InviteCode, RuleMask, RuleMode, Ruleset, ScanContext, Scratch, UnlistedInvites, Verdict, View,
};

/// A ruleset in which the examples of each rule are not needed: they are taken from one phrase.
fn ruleset(rules: &[(&str, &str)]) -> Ruleset {
    let mut text = String::new();
    for (id, lines) in rules {
        write!(
            text,
            "[[rule]]\nid = \"{id}\"\ntitle = \"t\"\nwhy = \"w\"\ncategory = \"scam\"\n{lines}\n[rule.examples]\n\
             match = [\"zzqq zzqq\", \"z z q q  z z q q\", \"zz**qq** zzqq\"]\nclean = [\"a\", \"b\", \"c\"]\n"
        )
        .expect("a string takes words");
    }
    Ruleset::from_sources(&[("test.toml", &text)]).unwrap_or_else(|errors| panic!("{errors}"))
}

const DECIDES: &str = "severity = \"high\"\nstatus = \"stable\"\n";

fn scan(ruleset: &Ruleset, text: &str) -> Verdict {
    let context = ScanContext {
        unlisted_invites: UnlistedInvites::Foreign,
        ..ScanContext::default()
    };
    ruleset.scan(&[Part::new(Place::Content, text)], &context, &mut Scratch::new())
}

fn only(verdict: &Verdict) -> &Finding {
    assert_eq!(verdict.findings.len(), 1, "{verdict:?}");
    &verdict.findings[0]
}

#[test]
fn a_finding_shows_the_original_bytes_and_the_view_in_which_it_hit() {
    let rules = ruleset(&[(
        "seed",
        &format!("{DECIDES}phrases = [\"seed phrase\", \"zzqq zzqq\"]"),
    )]);
    for (text, shown, view) in [
        ("my Seed-Phrase!", "Seed-Phrase", View::Raw),
        ("my s33d phr4s3.", "s33d phr4s3", View::Folded),
        ("my s\u{200b}eed phrase", "s\u{200b}eed phrase", View::Stripped),
        ("my ѕееd phrase", "ѕееd phrase", View::Folded),
        ("my s**ee**d phrase", "s**ee**d phrase", View::Stripped),
        ("x s e e d p h r a s e y!", "s e e d p h r a s e", View::Joined),
        ("#MySeedPhraseIsGone", "SeedPhrase", View::Raw),
    ] {
        let verdict = scan(&rules, text);
        let finding = only(&verdict);
        assert_eq!(
            (&text[finding.span.clone()], finding.view),
            (shown, view),
            "{text}"
        );
        assert_eq!(verdict.level, Level::Scam);
    }
    assert!(scan(&rules, "reseed phrases").is_empty());
}

#[test]
fn an_excuse_counts_only_around_the_hit() {
    let rules = ruleset(&[(
        "seed",
        &format!(
            "{DECIDES}phrases = [\"send your seed\", \"zzqq zzqq\"]\nunless = [\"never send your seed\"]"
        ),
    )]);
    assert!(scan(&rules, "Never send your seed!").is_empty());
    let verdict = scan(&rules, "never send your seed. But now send your seed");
    assert_eq!(only(&verdict).span, 30..44);
}

#[test]
fn an_excuse_reaches_as_far_as_its_author_wrote() {
    let rules = ruleset(&[(
        "seed",
        &format!(
            "{DECIDES}phrases = [\"send your seed\", \"zzqq zzqq\"]\nunless_regexes = ['.{{0,200}}\\bphishing\\b.{{0,80}}']"
        ),
    )]);
    let told = |before: usize, behind: usize| {
        let (before, behind) = ("w ".repeat(before / 2), "w ".repeat(behind / 2));
        scan(&rules, &format!("send your seed {before}is phishing {behind}")).is_empty()
    };
    assert!(told(150, 0));
    assert!(told(150, 100), "what follows takes nothing away from the excuse");
    assert!(!told(200, 0), "out of its reach");
}

#[test]
fn a_phrase_never_excuses_a_link() {
    let rules = ruleset(&[(
        "host",
        &format!(
            "{DECIDES}domains = [\"evil.example\"]\nphrases = [\"zzqq zzqq\"]\nunless = [\"see https evil example now\"]"
        ),
    )]);
    assert_eq!(scan(&rules, "see https://evil.example now").findings.len(), 1);
}

#[test]
fn a_group_needs_its_terms_near_each_other() {
    let rules = ruleset(&[(
        "claim",
        &format!(
            "{DECIDES}phrases = [\"zzqq zzqq\"]\nall = [{{ within = 40, of = [{{ phrases = [\"claim\"] }}, {{ signals = [\"unknown-link\"] }}] }}]"
        ),
    )]);
    let verdict = scan(&rules, "hey, claim at https://drop.example/x ok");
    assert_eq!(only(&verdict).span, 5..36);
    let far = format!("claim {} https://drop.example", "word ".repeat(12));
    assert!(scan(&rules, &far).is_empty());
    assert!(scan(&rules, "claim it").is_empty());
}

#[test]
fn at_least_so_many_terms_of_any_must_hit() {
    let rules = ruleset(&[(
        "contact",
        &format!(
            "{DECIDES}phrases = [\"zzqq zzqq\"]\nany = [{{ at_least = 2, of = [{{ phrases = [\"dm me\"] }}, {{ phrases = [\"telegram\"] }}, {{ phrases = [\"whatsapp\"] }}] }}]"
        ),
    )]);
    assert!(scan(&rules, "dm me, dm me").is_empty());
    assert_eq!(scan(&rules, "whatsapp or telegram").level, Level::Scam);
}

#[test]
fn weights_add_up_but_only_the_heaviest_of_a_family() {
    let weigh = |weight: u32, family: &str, phrase: &str| {
        format!(
            "severity = \"medium\"\nstatus = \"stable\"\nweight = {weight}\n{family}phrases = [\"{phrase}\", \"zzqq zzqq\"]"
        )
    };
    let rules = ruleset(&[
        ("one", &weigh(30, "family = \"f\"\n", "alpha beta")),
        ("two", &weigh(25, "family = \"f\"\n", "gamma delta")),
        ("three", &weigh(15, "", "epsilon zeta")),
    ]);
    assert_eq!(scan(&rules, "alpha beta gamma delta").score, 30);
    let verdict = scan(&rules, "alpha beta gamma delta epsilon zeta");
    assert_eq!((verdict.score, verdict.level), (45, Level::Suspicious));
    assert_eq!(scan(&rules, "epsilon zeta").level, Level::Clean);
}

#[test]
fn an_experimental_or_observed_rule_explains_but_does_not_count() {
    let rules = ruleset(&[(
        "new",
        "severity = \"high\"\nstatus = \"experimental\"\nphrases = [\"free nitro\", \"zzqq zzqq\"]",
    )]);
    let verdict = scan(&rules, "free nitro");
    assert!(only(&verdict).observed_only);
    assert_eq!(
        (verdict.score, verdict.shadow_score, verdict.level),
        (0, 100, Level::Clean)
    );

    let rules = ruleset(&[(
        "old",
        &format!("{DECIDES}phrases = [\"free nitro\", \"zzqq zzqq\"]"),
    )]);
    let parts = [Part::new(Place::Content, "free nitro")];
    let with = |mode: RuleMode| {
        let mask = RuleMask::build(&rules, |_| mode);
        rules.scan(
            &parts,
            &ScanContext {
                mask: Some(&mask),
                ..ScanContext::default()
            },
            &mut Scratch::new(),
        )
    };
    assert_eq!(with(RuleMode::Enforce).level, Level::Scam);
    assert!(only(&with(RuleMode::Observe)).observed_only);
    assert!(with(RuleMode::Off).is_empty());
}

#[test]
fn an_unresolved_invitation_is_not_guilty_until_it_is_known_to_be_foreign() {
    let rules = ruleset(&[(
        "bait",
        &format!(
            "{DECIDES}phrases = [\"zzqq zzqq\"]\nall = [{{ within = 80, of = [{{ phrases = [\"open a ticket\"] }}, {{ signals = [\"foreign-invite\"] }}] }}]"
        ),
    )]);
    let own = ["home".to_owned()];
    let context = ScanContext {
        own_invites: &own,
        ..ScanContext::default()
    };
    let parts = [Part::new(
        Place::Content,
        "open a ticket: discord.gg/HOME or discord.gg/abc or discord.gg/def",
    )];
    let scan = || rules.scan(&parts, &context, &mut Scratch::new());
    let fact = |code: &str, leads_to| InviteFact {
        code: InviteCode(code.to_owned()),
        leads_to,
    };
    assert_eq!(scan().level, Level::Clean);
    assert_eq!(
        scan().unresolved,
        [InviteCode("abc".to_owned()), InviteCode("def".to_owned())]
    );
    let home = scan().with(
        &rules,
        &[
            fact("abc", InviteTarget::Home),
            fact("def", InviteTarget::Unknown),
        ],
    );
    assert!(home.is_empty());
    let foreign = scan().with(&rules, &[fact("def", InviteTarget::Foreign)]);
    assert_eq!((foreign.level, foreign.unresolved.len()), (Level::Scam, 1));
    assert!(only(&foreign).evidence.contains("discord.gg/def"));
}

#[test]
fn a_posted_secret_is_found_by_kind_and_its_mask_is_not_searched() {
    let rules = ruleset(&[
        (
            "own",
            &format!("{DECIDES}phrases = [\"zzqq zzqq\"]\nsignals = [\"secret-posted\"]"),
        ),
        (
            "key",
            &format!("{DECIDES}phrases = [\"private key removed\", \"zzqq zzqq\"]"),
        ),
    ]);
    let redacted = crate::artefacts::secrets::redact(
        "help! 5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ does not import",
    );
    let parts = [Part {
        place: Place::Content,
        text: &redacted.text,
        secrets: &redacted.found,
    }];
    let verdict = rules.scan(&parts, &ScanContext::default(), &mut Scratch::new());
    assert_eq!(only(&verdict).evidence, "[wif]");
}

#[test]
fn who_asks_for_a_secret_is_found_and_who_warns_or_asks_for_help_is_not() {
    let rules = ruleset(&[(
        "ask",
        &format!("{DECIDES}phrases = [\"zzqq zzqq\"]\nsignals = [\"secret-asked\"]"),
    )]);
    for text in [
        "Support here. To unlock your wallet send your 12 word seed phrase to the bot",
        "send your s33d phr4s3",
        "send your \u{202e}esarhp dees\u{202c}",
        "please enter your recovery phrase below",
        "kindly share the private key with our team",
        "send your s**e**ed p__hr__ase",
        "S e n d  y o u r  s e e d  p h r a s e",
    ] {
        assert_eq!(scan(&rules, text).level, Level::Scam, "{text}");
    }
    for text in [
        "Reminder: we will NEVER ask for your seed phrase. Never share it with anyone.",
        "where do I find my seed phrase in the app settings? I want to back it up",
        "someone asked me to send my seed phrase, is that a scam?",
        "can i import my seed phrase into another wallet?",
        "do not enter your seed phrase anywhere",
    ] {
        assert!(scan(&rules, text).is_empty(), "{text}");
    }
}

#[test]
fn a_rule_looks_only_where_it_says() {
    let rules = ruleset(&[(
        "name",
        &format!(
            "{DECIDES}places = [\"display_name\", \"content\"]\nphrases = [\"help desk\", \"zzqq zzqq\"]"
        ),
    )]);
    let at = |place| {
        rules
            .scan(
                &[Part::new(place, "Help Desk")],
                &ScanContext::default(),
                &mut Scratch::new(),
            )
            .level
    };
    assert_eq!(at(Place::DisplayName), Level::Scam);
    assert_eq!(at(Place::PollQuestion), Level::Clean);
}

#[test]
fn a_russian_rule_finds_russian_text_in_any_case_and_with_latin_letters_in_it() {
    let rules = ruleset(&[(
        "ru",
        &format!("{DECIDES}phrases = [\"сид фраза\", \"zzqq zzqq\"]"),
    )]);
    for text in ["ваша сид фраза", "СИД-ФРАЗА", "сид фpaзa"] {
        assert_eq!(scan(&rules, text).level, Level::Scam, "{text}");
    }
    assert!(scan(&rules, "Привет, как дела? Когда листинг?").is_empty());
}

proptest::proptest! {
    #[test]
    fn scanning_never_panics_and_every_span_can_be_cut(text in "\\PC{0,80}|(send your |seed |phrase|s\u{200b}e|\\*\\*|https://|evil|\\.|example| |\u{202e}|🙂|é|\n> |\\]\\(|\\[|claim ){0,14}") {
        let rules = shared();
        for finding in scan(rules, &text).findings {
            proptest::prop_assert!(text.get(finding.span.clone()).is_some(), "{finding:?}");
            proptest::prop_assert!(finding.evidence.chars().count() <= Finding::EVIDENCE_CHARS);
        }
    }

    #[test]
    fn scanning_a_span_again_with_its_surroundings_fires_the_same_rule(
        before in "[a-z ,.]{0,30}",
        core in "seed phrase|s33d phr4s3|ѕееd phrаѕе|s\u{200b}eed phrase|s\\*\\*ee\\*\\*d phrase|s e e d p h r a s e",
        after in "[a-z ,.]{0,30}",
    ) {
        let rules = shared();
        let text = format!("{before} {core} {after}");
        for finding in scan(rules, &text).findings {
            let start = finding.span.start.saturating_sub(1);
            let end = (finding.span.end + 1).min(text.len());
            let again = scan(rules, &text[start..end]);
            proptest::prop_assert!(again.findings.iter().any(|other| other.rule == finding.rule), "{text}: {finding:?}");
        }
    }
}

fn shared() -> &'static Ruleset {
    static RULES: std::sync::OnceLock<Ruleset> = std::sync::OnceLock::new();
    RULES.get_or_init(|| {
        ruleset(&[
            ("seed", &format!("{DECIDES}phrases = [\"seed phrase\", \"zzqq zzqq\"]")),
            ("ask", &format!("{DECIDES}phrases = [\"zzqq zzqq\"]\nsignals = [\"secret-asked\", \"link-only-after-cleaning\", \"masked-link\"]")),
            ("host", &format!("{DECIDES}phrases = [\"zzqq zzqq\"]\ndomains = [\"evil.example\"]\nregexes = ['claim.{{0,10}}evil']")),
            ("near", &format!("{DECIDES}phrases = [\"zzqq zzqq\"]\nall = [{{ within = 60, of = [{{ phrases = [\"claim\"] }}, {{ signals = [\"unknown-link\"] }}] }}]")),
        ])
    })
}

/// What is found when every rule is looked at closely.
fn look_thoroughly(ruleset: &Ruleset, text: &str) -> Vec<Finding> {
    let (parts, context) = ([Part::new(Place::Content, text)], ScanContext::default());
    let mut scratch = Scratch::new();
    ruleset.collect(&parts, &context, &mut scratch);
    let verdict = ruleset.judge(
        &parts,
        &context,
        &mut scratch.hits.all,
        &mut scratch.mapped,
        &mut scratch.depths,
        &scratch.unresolved,
    );
    verdict.findings
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(600))]

    #[test]
    fn a_glance_passes_over_nothing_that_a_thorough_look_finds(
        text in "((send|sent|give|get|made|claim|verify|connect|your|my|our|me|free|wallet|seed phrase|s33d phr4se|private  key|support|staff|admin|ticket|nitro|airdrop|btc|0\\.5 eth|\\$500|profit|trade|invest|in 2 days|dm|telegram|whatsapp|@coach_lee|\\+1 202 555 0143|everyone|giveaway|link below|now|help|hacked|account|will be|closed|prize\\.xyz|https://evil\\.example/x|g1ft|cl4im|w a l l e t|f\u{200b}ree|de\\*\\*po\\*\\*sit|раздача|бесплатно)[ ,.!\n]{1,2}){2,16}",
    ) {
        let ruleset = shipped();
        let findings = scan(ruleset, &text).findings;
        proptest::prop_assert_eq!(findings, look_thoroughly(ruleset, &text));
    }
}

fn shipped() -> &'static Ruleset {
    static RULES: std::sync::OnceLock<Ruleset> = std::sync::OnceLock::new();
    let rules = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    RULES.get_or_init(|| Ruleset::load(&rules).unwrap_or_else(|errors| panic!("{errors}")))
}
