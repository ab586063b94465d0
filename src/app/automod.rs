//! What Discord's AutoMod is to hold for one guild: the surest patterns of the rules, less what this guild has switched
//! off or found harmless, and whom it is to leave alone, because the rules leave them alone here, too.
//!
//! Which patterns are sure enough is decided in `rules::automod`; the rule is made in `discord::perform`.

use crate::model::guild::{ChannelKind, Directory, GuildSettings};
use crate::model::overlay::Overlay;
use crate::model::{ChannelId, RoleId};
use crate::rules::automod::{Spared, Takeover};
use crate::rules::{Place, RuleInfo};

/// Most roles and channels that one rule of AutoMod leaves alone ("Auto Moderation Rule Object").
const MOST_ROLES: usize = 20;
const MOST_CHANNELS: usize = 50;

/// Our rule in a guild's AutoMod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutomodRule {
    /// What it blocks.
    pub takeover: Takeover,
    /// Whom it never blocks.
    pub exempt_roles: Vec<RoleId>,
    /// Where it never blocks.
    pub exempt_channels: Vec<ChannelId>,
}

/// The rule that this guild wants now. `None`: none.
pub fn wanted(
    rules: &[RuleInfo],
    settings: &GuildSettings,
    overlay: &Overlay,
    directory: Option<&Directory>,
) -> Option<AutomodRule> {
    if !settings.wants_automod() {
        return None;
    }
    let clean = overlay
        .examples
        .iter()
        .filter(|(_, example)| matches!(example.place, Place::Content | Place::Edit));
    let spared = Spared {
        // Off or observed, by somebody's choice or because the rule stopped itself: it blocks nobody here.
        rules: settings.rule_modes.keys().map(String::as_str).collect(),
        exemptions: overlay.entries.iter().map(|entry| &entry.exemption).collect(),
        clean: clean.map(|(_, example)| example.text.as_str()).collect(),
    };
    let takeover = Takeover::of(rules, &spared);
    let staff = settings.staff_roles.iter().map(|(_, role)| *role);
    let exempt_roles = first(
        staff.chain(settings.exempt_roles.iter().copied()),
        MOST_ROLES,
        |role| directory.is_none_or(|directory| directory.roles.contains_key(&role)),
    );
    let exempt_channels = first(
        settings.exempt_channels.iter().copied(),
        MOST_CHANNELS,
        |channel| {
            directory.is_none_or(|directory| {
                directory
                    .channels
                    .get(&channel)
                    .is_some_and(|one| is_channel(one.kind))
            })
        },
    );
    (!takeover.is_empty()).then_some(AutomodRule {
        takeover,
        exempt_roles,
        exempt_channels,
    })
}

/// AutoMod knows channels; a thread goes with its own.
const fn is_channel(kind: ChannelKind) -> bool {
    !matches!(kind, ChannelKind::PublicThread | ChannelKind::PrivateThread)
}

/// Each of them once, at most so many, without those that are gone: Discord refuses the whole rule for one it does not know.
fn first<T: PartialEq + Copy>(
    all: impl Iterator<Item = T>,
    most: usize,
    stands: impl Fn(T) -> bool,
) -> Vec<T> {
    let mut kept = Vec::new();
    for one in all.filter(|one| stands(*one)) {
        if kept.len() < most && !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::guild::{Mode, RuleMode, Tier};
    use crate::model::overlay::{CleanExample, OverlayEntry};
    use crate::model::{OverlayEntryId, Timestamp, UserId};
    use crate::rules::{Exempt, Exemption, Ruleset};

    const RULES: &str = r#"
        [[rule]]
        id = "tortoise"
        title = "Tortoise"
        why = "A test of what is handed over."
        category = "scam"
        severity = "high"
        status = "stable"
        phrases = ["purple tortoise deal", "green hare deal"]
        examples.match = ["the purple tortoise deal", "a purple t0rtoise deal", "a green hare deal"]
        examples.clean = ["purple tortoise", "tortoise deal", "a deal"]
    "#;

    fn enforcing() -> GuildSettings {
        GuildSettings {
            set_up: true,
            mode: Mode::Enforce,
            automod: true,
            ..GuildSettings::default()
        }
    }

    fn keywords(settings: &GuildSettings, overlay: &Overlay) -> Vec<String> {
        let ruleset = Ruleset::from_sources(&[("own.toml", RULES)]).expect("sound");
        wanted(ruleset.rules(), settings, overlay, None)
            .map(|rule| rule.takeover.keywords)
            .unwrap_or_default()
    }

    #[test]
    fn a_rule_that_is_off_or_observed_here_hands_nothing_over() {
        assert_eq!(keywords(&enforcing(), &Overlay::default()).len(), 2);
        for mode in [RuleMode::Off, RuleMode::Observe] {
            let mut settings = enforcing();
            settings.rule_modes.insert("tortoise".to_owned(), mode);
            assert!(keywords(&settings, &Overlay::default()).is_empty(), "{mode:?}");
        }
    }

    #[test]
    fn what_this_guilds_moderators_found_harmless_is_not_handed_over() {
        let entry = |rule: &str| OverlayEntry {
            id: OverlayEntryId(1),
            exemption: Exemption {
                rule: rule.to_owned(),
                what: Exempt::Text("purple tortoise deal".to_owned()),
            },
            case_number: 1,
            added_by: UserId(1),
            added_at: Timestamp(0),
        };
        let exempting = |rule: &str| Overlay {
            entries: vec![entry(rule)],
            examples: Vec::new(),
        };
        assert_eq!(
            keywords(&enforcing(), &exempting("tortoise")),
            ["green hare deal"]
        );
        assert_eq!(
            keywords(&enforcing(), &exempting("another")).len(),
            2,
            "one rule alone"
        );
        let example = CleanExample {
            place: Place::Content,
            text: "our shop has a purple tortoise deal".to_owned(),
        };
        let clean = Overlay {
            entries: Vec::new(),
            examples: vec![(1, example)],
        };
        assert_eq!(keywords(&enforcing(), &clean), ["green hare deal"]);
    }

    #[test]
    fn staff_come_before_exempt_roles_and_the_lists_fit_discords_limits() {
        let settings = GuildSettings {
            staff_roles: vec![(Tier::L1, RoleId(500)), (Tier::Moderator, RoleId(500))],
            exempt_roles: (1..=40).map(RoleId).collect(),
            exempt_channels: (1..=90).map(ChannelId).collect(),
            ..enforcing()
        };
        let ruleset = Ruleset::from_sources(&[("own.toml", RULES)]).expect("sound");
        let rule = wanted(ruleset.rules(), &settings, &Overlay::default(), None).expect("it is wanted");
        assert_eq!(rule.exempt_roles[..2], [RoleId(500), RoleId(1)]);
        assert_eq!((rule.exempt_roles.len(), rule.exempt_channels.len()), (20, 50));
    }
}
