//! What is said about rules: how they fare, when one stops by itself, what is exempt, what one finds in the past.

use super::*;
use crate::app::backtest::history::{InHistory, Searched};
use crate::app::platform::PlatformError;
use crate::model::guild::{GuildSettings, RuleMode};
use crate::model::overlay::{CleanExample, Overlay, OverlayAddition, OverlayEntry};
use crate::model::rule_record::{CaseCounts, PauseAnswer, PauseReason, RulePause, RuleStanding, Shadow};
use crate::model::{OverlayEntryId, PauseId};
use crate::moderation::overlay::{Contradiction, Proposal};
use crate::moderation::report::{Report, span};
use crate::rules::{Exempt, Exemption};

fn standings() -> Vec<RuleStanding> {
    vec![
        RuleStanding {
            rule: "gift-lookalike".to_owned(),
            cases: 50,
            removed: 44,
            upheld: 41,
            reversed: 9,
            shadow: Shadow::default(),
        },
        RuleStanding {
            rule: "haste".to_owned(),
            cases: 1,
            ..RuleStanding::default()
        },
        RuleStanding {
            rule: "tortoise".to_owned(),
            shadow: Shadow {
                hits: 7,
                would_flag: 2,
                would_remove: 4,
            },
            ..RuleStanding::default()
        },
    ]
}

#[test]
fn how_rules_fare_is_a_line_each_with_what_moderators_said() {
    let mut settings = GuildSettings::default();
    settings.rule_modes.insert("haste".to_owned(), RuleMode::Observe);
    insta::assert_snapshot!(page(&rule_stats(&standings(), &settings, 30)), @r"
        # How the rules fared in 30 days
        `gift-lookalike`: 50 cases, 44 removed, **41 upheld, 9 reversed** (82 %)
        `haste`: 1 case, 0 removed, **0 upheld, 0 reversed**, only observed here
        `tortoise`: proving: 7 hits, would have shown 2 and removed 4

        -- Upheld and reversed: what moderators decided on review cards. Proving: what a rule that does not count yet would have done.
        ");
    insta::assert_snapshot!(page(&rule_stats(&[], &settings, 7)), @"No rule has found anything here in 7 days.");
}

#[test]
fn the_weeks_report_says_what_became_of_the_cases_and_how_the_rules_fared() {
    let (since, until) = span(2900);
    let report = Report {
        since,
        until,
        cases: CaseCounts {
            opened: 60,
            removed: 48,
            upheld: 41,
            reversed: 9,
            contested: 3,
            waiting: 10,
        },
        rules: standings(),
    };
    insta::assert_snapshot!(page(&weekly_report(&report)), @r"
        # The week in moderation
        From <t:1753660800:D> to <t:1754265600:D>.
        ## Cases
        60
        ## Removed
        48
        ## Upheld
        41
        ## Found wrong
        9
        ## Contested
        3
        ## Still waiting
        10
        ## Rules
        `gift-lookalike`: 50 cases, 44 removed, **41 upheld, 9 reversed** (82 %)
        `haste`: 1 case, 0 removed, **0 upheld, 0 reversed**
        `tortoise`: proving: 7 hits, would have shown 2 and removed 4

        -- /case queue shows what waits, /rules stats how each rule fares.
        ");
}

fn pause(why: PauseReason) -> RulePause {
    RulePause {
        id: PauseId(3),
        guild: GuildId(1),
        rule: "gift-lookalike".to_owned(),
        why,
        at: NOW,
        answer: None,
        card: None,
    }
}

#[test]
fn a_rule_that_stopped_says_why_and_what_to_do_and_then_who_decided() {
    let burst = pause(PauseReason::Burst {
        authors: 25,
        tenured: 20,
        seconds: 300,
    });
    insta::assert_snapshot!(page(&pause_card(&burst)), @r"
        # A rule stopped acting by itself
        The rule `gift-lookalike`, <t:1800000000:R>.
        Within 5 minutes it removed messages of 25 people, 20 of them members of long standing. Scammers are rarely that, so the rule itself may be wrong.
        It **only observes** now: cases and cards, but nothing is removed for it. Look at what it removed (`/case queue` with this rule), restore what was wrong, then decide.
        -- Both buttons ask for Manage Server.
        [Let it act again v1:resume-rule:3] [Keep it paused v1:keep-paused:3]
        ");
    let mut reversals = pause(PauseReason::Reversals { reversed: 5, of: 10 });
    reversals.answer = Some((PauseAnswer::Kept, UserId(7), NOW));
    insta::assert_snapshot!(page(&pause_card(&reversals)), @r"
        # A rule stopped acting by itself
        The rule `gift-lookalike`, <t:1800000000:R>.
        Of its last 10 cases that you decided, 5 were found wrong.
        <@7> keeps it only observing, <t:1800000000:R>. `/rules mode` lets it act again.
        -- Both buttons ask for Manage Server.
        (Let it act again v1:resume-rule:3) (Keep it paused v1:keep-paused:3)
        ");
    let kept = page(&pause_answered(&reversals));
    reversals.answer = Some((PauseAnswer::Resumed, UserId(7), NOW));
    let words = [kept, page(&pause_answered(&reversals)), pause_settled(&reversals)];
    insta::assert_snapshot!(words.join("\n"), @r"
        `gift-lookalike` stays only observing. `/rules mode` lets it act again.
        `gift-lookalike` acts again. What it did before no longer counts against it.
        Nothing to do: <@7> let it act again <t:1800000000:R>.
        ");
}

fn exemption(what: Exempt) -> Exemption {
    Exemption {
        rule: "gift-lookalike".to_owned(),
        what,
    }
}

#[test]
fn a_false_positive_shows_what_would_change_as_a_diff_before_it_changes() {
    let proposal = Proposal {
        addition: OverlayAddition {
            exemptions: vec![
                exemption(Exempt::Text("free nitro".to_owned())),
                exemption(Exempt::Host("good.example".to_owned())),
            ],
            examples: vec![CleanExample {
                place: Place::Content,
                text: "the ```free nitro``` of\nlast year".to_owned(),
            }],
        },
        beyond: vec!["long-message".to_owned()],
    };
    insta::assert_snapshot!(page(&false_positive(&case(), &proposal)), @r"
        # Case #12 is undone. Shall this be left alone from now on?
        ```diff
        + gift-lookalike: “free nitro” is exempt
        + gift-lookalike: links to good.example is exempt
        + example that must stay clean: the ’’’free nitro’’’ of last year
        ```
        Not exempted, because it is too much: what `long-message` found.
        -- Only in this server, only in these rules, and only exactly this: a scam beside it is still found.
        [Exempt it here v1:exempt:41]
        ");
    let nothing = Proposal::default();
    let mut erased = case();
    erased.evidence = None;
    let words = [
        page(&false_positive(&case(), &nothing)),
        page(&false_positive(&erased, &nothing)),
        page(&exempted(&case())),
    ];
    insta::assert_snapshot!(words.join("\n"), @r"
        Case #12 is undone. What was found is a whole long message or a secret: exempting that would open a door. If the rule is wrong more often, let it only observe here: `/rules mode`.
        Case #12 is undone. Its text has been erased from the records, so there is nothing to exempt.
        What was found in case #12 is left alone in this server from now on. `/rules overlay` lists it and takes it back.
        ");
}

#[test]
fn what_is_exempt_is_listed_with_the_number_that_takes_it_back() {
    let entry = |id, what| OverlayEntry {
        id: OverlayEntryId(id),
        exemption: exemption(what),
        case_number: 12,
        added_by: UserId(7),
        added_at: NOW,
    };
    let listed = Overlay {
        entries: vec![
            entry(1, Exempt::Text("free nitro".to_owned())),
            entry(2, Exempt::Host("good.example".to_owned())),
        ],
        examples: vec![(
            12,
            CleanExample {
                place: Place::Content,
                text: "free nitro".to_owned(),
            },
        )],
    };
    let pages = [
        page(&overlay(&listed)),
        page(&overlay(&Overlay::default())),
        page(&overlay_removed(2)),
        no_such_entry(9),
    ];
    insta::assert_snapshot!(pages.join("\n\n"), @r"
        # 2 exempt in this server
        **2** `gift-lookalike`: links to `good.example`, from case #12 by <@7>, <t:1800000000:R>
        **1** `gift-lookalike`: `free nitro`, from case #12 by <@7>, <t:1800000000:R>

        -- 1 clean example runs whenever the rules change. `/rules overlay remove:NUMBER` takes one back.

        Nothing is exempt in this server. The button **False positive** of a review card proposes what to exempt.

        2 is not exempt any more: the rule finds it again from now on.

        There is no exemption 9 in this server. `/rules overlay` lists them with their numbers.
        ");
}

#[test]
fn a_false_positive_that_would_happen_again_is_told_with_its_case() {
    let again = Contradiction {
        case_number: 12,
        findings: case().findings,
    };
    insta::assert_snapshot!(page(&warn_of_overlay(&[again])), @r"
        # A false positive would happen again
        The rules have changed, and now they find what you found harmless:
        • case #12: `gift-lookalike` finds `https://dlscord-gift.example`

        -- Press False positive on the case's card once more, or let the rule only observe: /rules mode.
        ");
}

#[test]
fn what_a_rule_finds_in_the_past_is_said_in_a_line_and_why_it_could_not_be_read() {
    let found = InHistory {
        messages: 60,
        hit: 3,
        by_long_members: 2,
        more: true,
        samples: Vec::new(),
    };
    let asked = |searched: &Searched| page(&in_history("haste", "before it ends", searched));
    let pages = [
        asked(&Searched::Found(found)),
        asked(&Searched::Found(InHistory::default())),
        asked(&Searched::NotIndexed),
        asked(&Searched::TooOften(std::time::Duration::from_millis(400))),
        page(&search_failed(&PlatformError::Refused(
            "Missing Access (code 50001)".to_owned(),
        ))),
        page(&search_failed(&PlatformError::Transient(
            "it took too long".to_owned(),
        ))),
    ];
    insta::assert_snapshot!(pages.join("\n"), @r"
        `haste` hits in 3 of the 60 newest messages that Discord finds for `before it ends`; 2 of the hits are by members of 90 days or more.
        There are more, older ones, which were not read.
        Discord finds no message with `before it ends` that you may read and that the rules would judge.
        Discord has to index this server's messages first, and has begun to. Run this again in a minute.
        This server's searches are used up for the moment. Run this again in 1 second.
        The search did not work: Discord refuses: Missing Access (code 50001). It needs the permission Read Message History, and the bot's application the message-content intent.
        The search did not work: Discord failed: it took too long. Try again in a minute.
        ");
}
