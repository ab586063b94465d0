//! The shipped policy as a table: who, how sure, how grave, how often, and what follows.

use std::path::Path;

use super::*;
use crate::model::{Permissions, RoleId};
use crate::rules::{Place, View};

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const HOUR: u64 = 3600;

fn shipped() -> Policy {
    Policy::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"))
        .unwrap_or_else(|errors| panic!("{errors}"))
}

fn enforcing() -> GuildSettings {
    GuildSettings {
        set_up: true,
        mode: Mode::Enforce,
        ..GuildSettings::default()
    }
}

fn finding(category: Category, severity: Severity) -> Finding {
    Finding {
        rule: "some-rule".into(),
        category,
        severity,
        place: Place::Content,
        part: 0,
        view: View::Raw,
        span: 0..4,
        evidence: "evil".to_owned(),
        observed_only: false,
    }
}

fn verdict(level: Level, category: Category, severity: Severity) -> Verdict {
    let mut verdict = Verdict::default();
    verdict.level = level;
    verdict.score = 100;
    verdict.findings = vec![finding(category, severity)];
    verdict
}

fn from(who: Who) -> Circumstances {
    let standing = Standing {
        who,
        joined_at: Some(NOW - Duration::from_secs(90 * 24 * HOUR)),
        holds_roles: false,
    };
    Circumstances {
        standing,
        priors: 0,
        wrote_before: false,
        pings_everyone: false,
        quoted: false,
        now: NOW,
    }
}

fn decided(verdict: &Verdict, circumstances: Circumstances) -> Vec<Action> {
    shipped().decide(verdict, &circumstances, &enforcing()).actions
}

const fn timeout(hours: u64) -> Action {
    Action::Timeout {
        seconds: hours * HOUR,
    }
}

#[test]
fn the_shipped_policy_as_a_table() {
    use Action::{Delete, Log, Recover, Tell};
    use Category::{Phishing, Scam, Secret, SecretRequest};
    use Severity::{Critical, High, Low, Medium};
    let scam = |category, severity| verdict(Level::Scam, category, severity);
    let member = from(Who::Member);
    let staff = from(Who::Staff);
    let newcomer = Circumstances {
        standing: Standing {
            joined_at: Some(NOW - Duration::from_secs(HOUR)),
            ..member.standing
        },
        ..member
    };
    let regular = Circumstances {
        standing: Standing {
            holds_roles: true,
            ..member.standing
        },
        ..member
    };
    let rows: [(&str, Verdict, Circumstances, &[Action]); 23] = [
        (
            "critical",
            scam(Phishing, Critical),
            member,
            &[Delete, timeout(24), Tell],
        ),
        (
            "critical, twice before",
            scam(Phishing, Critical),
            Circumstances { priors: 2, ..member },
            &[Delete, timeout(672), Tell],
        ),
        ("high", scam(Scam, High), member, &[Delete, timeout(1), Tell]),
        (
            "high, once before",
            scam(Scam, High),
            Circumstances { priors: 1, ..member },
            &[Delete, timeout(168), Tell],
        ),
        (
            "high, joined an hour ago",
            scam(Scam, High),
            newcomer,
            &[Delete, timeout(24), Tell],
        ),
        (
            "weak signs that add up",
            scam(Scam, Medium),
            member,
            &[Delete, Tell],
        ),
        (
            "the same, twice before",
            scam(Scam, Medium),
            Circumstances { priors: 2, ..member },
            &[Delete, timeout(1), Tell],
        ),
        (
            "suspicious",
            verdict(Level::Suspicious, Scam, Low),
            member,
            &[Log],
        ),
        (
            "suspicious, often before",
            verdict(Level::Suspicious, Scam, High),
            Circumstances { priors: 9, ..member },
            &[Log],
        ),
        (
            "high, by a member who holds a role",
            scam(Scam, High),
            regular,
            &[Delete, timeout(24), Recover],
        ),
        (
            "high, by a member who wrote before",
            scam(Phishing, Critical),
            Circumstances {
                wrote_before: true,
                ..member
            },
            &[Delete, timeout(24), Recover],
        ),
        (
            "high, by a newcomer with a role",
            scam(Scam, High),
            Circumstances {
                standing: Standing {
                    holds_roles: true,
                    ..newcomer.standing
                },
                ..newcomer
            },
            &[Delete, timeout(24), Tell],
        ),
        (
            "weak signs, by a member who holds a role",
            scam(Scam, Medium),
            regular,
            &[Delete, Tell],
        ),
        ("own secret", scam(Secret, Critical), member, &[Delete, Tell]),
        (
            "own secret, often before",
            scam(Secret, Critical),
            Circumstances { priors: 9, ..member },
            &[Delete, Tell],
        ),
        (
            "own secret of staff",
            scam(Secret, Critical),
            staff,
            &[Delete, Tell],
        ),
        ("staff quoting a scam", scam(Scam, Critical), staff, &[Log]),
        (
            "staff quoting a request",
            scam(SecretRequest, Critical),
            Circumstances {
                quoted: true,
                ..staff
            },
            &[Log],
        ),
        (
            "staff asking for a seed",
            scam(SecretRequest, Critical),
            staff,
            &[Delete, timeout(1), Recover],
        ),
        (
            "staff with a live link",
            scam(Phishing, Critical),
            staff,
            &[Delete, Tell],
        ),
        (
            "staff pinging everyone",
            scam(Scam, High),
            Circumstances {
                pings_everyone: true,
                ..staff
            },
            &[Delete, timeout(1), Recover],
        ),
        ("bot", scam(Phishing, Critical), from(Who::Bot), &[Delete]),
        ("webhook", scam(Scam, Medium), from(Who::Webhook), &[Delete]),
    ];
    for (name, verdict, circumstances, expected) in rows {
        assert_eq!(decided(&verdict, circumstances), expected, "{name}");
    }
}

#[test]
fn whatever_is_called_a_scam_is_removed_from_an_unknown_author() {
    use Category::{
        ContactBait, Evasion, Impersonation, Invite, Malware, Phishing, Scam, Secret, SecretRequest, Spam,
        TicketBait,
    };
    let categories = [
        Scam,
        Phishing,
        Impersonation,
        TicketBait,
        ContactBait,
        Secret,
        SecretRequest,
        Invite,
        Malware,
        Spam,
        Evasion,
    ];
    let grades = [
        Severity::Info,
        Severity::Low,
        Severity::Medium,
        Severity::High,
        Severity::Critical,
    ];
    for category in categories {
        for severity in grades {
            let actions = decided(&verdict(Level::Scam, category, severity), from(Who::Member));
            assert!(
                actions.contains(&Action::Delete),
                "{category} {severity}: {actions:?}"
            );
        }
    }
}

#[test]
fn a_secret_beside_a_scam_is_judged_as_the_scam() {
    let mut both = verdict(Level::Scam, Category::Secret, Severity::Critical);
    both.findings.push(finding(Category::Scam, Severity::High));
    assert!(decided(&both, from(Who::Staff)).contains(&Action::Delete));
}

#[test]
fn a_guild_that_observes_or_was_never_set_up_only_logs_and_says_what_would_have_been_done() {
    let scam = verdict(Level::Scam, Category::Phishing, Severity::Critical);
    let observing = GuildSettings {
        mode: Mode::Observe,
        ..enforcing()
    };
    let fresh = GuildSettings {
        set_up: false,
        ..enforcing()
    };
    for (settings, why) in [(observing, Softening::Observing), (fresh, Softening::NotSetUp)] {
        let decision = shipped().decide(&scam, &from(Who::Member), &settings);
        let spared = vec![Action::Delete, timeout(24), Action::Tell];
        assert_eq!(
            decision,
            Decision {
                actions: vec![Action::Log],
                softened: Some(Softened { why, spared })
            }
        );
    }
}

#[test]
fn an_observed_rule_opens_a_case_that_only_logs() {
    let mut settings = enforcing();
    let mut quiet = verdict(Level::Clean, Category::Scam, Severity::High);
    (quiet.score, quiet.shadow_score) = (0, 100);
    quiet.findings[0].observed_only = true;
    assert!(
        !shipped().is_worth_a_case(&quiet, &settings),
        "an experimental rule is only counted"
    );
    settings
        .rule_modes
        .insert("some-rule".to_owned(), RuleMode::Observe);
    assert!(shipped().is_worth_a_case(&quiet, &settings));
    let mut weak = quiet.clone();
    weak.shadow_score = 10;
    assert!(
        !shipped().is_worth_a_case(&weak, &settings),
        "one weak sign is not worth a moderator's minute"
    );
    let decision = shipped().decide(&quiet, &from(Who::Member), &settings);
    assert_eq!(
        decision,
        Decision {
            actions: vec![Action::Log],
            softened: Some(Softened::by(Softening::RuleObserved))
        }
    );
}

#[test]
fn staff_who_are_spared_are_said_to_be_spared() {
    let scam = verdict(Level::Scam, Category::Scam, Severity::High);
    let decision = shipped().decide(&scam, &from(Who::Staff), &enforcing());
    let softened = decision.softened.expect("less is done than for a member");
    assert_eq!(softened.why, Softening::Staff);
    assert_eq!(softened.spared, [Action::Delete, timeout(1), Action::Tell]);
    let own_secret = verdict(Level::Scam, Category::Secret, Severity::Critical);
    assert_eq!(
        shipped()
            .decide(&own_secret, &from(Who::Staff), &enforcing())
            .softened,
        None
    );
}

#[test]
fn a_moderators_permissions_make_staff_even_without_a_staff_role() {
    use crate::model::guild::{Directory, Role};
    use crate::model::message::Author;
    use crate::model::{GuildId, UserId};
    let role = Role {
        id: RoleId(7),
        name: "Mods".into(),
        position: 3,
        permissions: Permissions::BAN_MEMBERS,
        mentionable: false,
    };
    let directory = Directory {
        guild: GuildId(1),
        name: "Guild".into(),
        owner: UserId(2),
        vanity: None,
        roles: std::iter::once((role.id, role)).collect(),
        channels: std::collections::HashMap::default(),
        own_user: UserId(3),
        own_roles: Vec::new(),
    };
    let mut author = Author {
        id: UserId(9),
        name: "mo".into(),
        display_name: "Mo".into(),
        bot: false,
        webhook: None,
        roles: vec![RoleId(7)],
        joined_at: None,
    };
    let settings = GuildSettings::default();
    assert_eq!(Standing::of(&author, &settings, Some(&directory)).who, Who::Staff);
    assert_eq!(Standing::of(&author, &settings, None).who, Who::Member);
    author.roles.clear();
    assert_eq!(
        Standing::of(&author, &settings, Some(&directory)).who,
        Who::Member
    );
    author.id = directory.owner;
    assert_eq!(Standing::of(&author, &settings, Some(&directory)).who, Who::Staff);
}
