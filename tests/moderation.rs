//! Reviews inside the real store: what people who press together, an author who protests, and a message that is handed in
//! twice do to a case. And what `nightdesk check` says of a policy.

#![cfg(feature = "bot")]

use std::path::Path;
use std::sync::Arc;

use nightdesk::model::case::{Action, Case, CaseDeed, CaseState};
use nightdesk::model::effect::{Effect, EffectRow};
use nightdesk::model::fingerprint::Fingerprint;
use nightdesk::model::guild::{GuildSettings, Mode};
use nightdesk::model::message::{Arrival, Author, IncomingMessage, MessagePart};
use nightdesk::model::{CaseId, ChannelId, GuildId, MessageId, Timestamp, UserId};
use nightdesk::moderation::review::{Press, contest, review};
use nightdesk::moderation::{Court, Policy, open_case};
use nightdesk::rules::{Category, Finding, Level, Place, Severity, Verdict, View};
use nightdesk::storage::sqlite::SqliteStore;
use nightdesk::storage::{AllGuilds, Cases, Effects, InGuild, OpenedCase};

const HERE: InGuild = InGuild(GuildId(1));
const ELSEWHERE: InGuild = InGuild(GuildId(2));
const MALLORY: UserId = UserId(5);
const NOW: Timestamp = Timestamp(1_790_000_000_000);

struct Bench {
    store: Arc<SqliteStore>,
    policy: Policy,
    settings: GuildSettings,
    _directory: tempfile::TempDir,
}

async fn bench() -> Bench {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", directory.path().join("cases.db").display());
    Bench {
        store: Arc::new(SqliteStore::open(&url).await.unwrap()),
        policy: Policy::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")).unwrap(),
        settings: GuildSettings {
            set_up: true,
            mode: Mode::Enforce,
            mod_log: Some(ChannelId(9)),
            ..GuildSettings::default()
        },
        _directory: directory,
    }
}

fn message(id: u64, text: &str) -> IncomingMessage {
    IncomingMessage {
        guild: HERE.0,
        channel: ChannelId(20),
        id: MessageId(id),
        author: Author {
            id: MALLORY,
            name: "mallory".into(),
            display_name: "Mallory".into(),
            bot: false,
            webhook: None,
            roles: Vec::new(),
            joined_at: None,
        },
        arrival: Arrival::Posted,
        posted_at: NOW,
        parts: vec![MessagePart {
            place: Place::Content,
            text: text.into(),
            secrets: Vec::new(),
        }],
        attachments: Vec::new(),
        forwards: None,
        mentions_everyone: false,
        previews: Vec::new(),
        needs_fetch: false,
    }
}

fn scam() -> Verdict {
    let mut verdict = Verdict::default();
    verdict.level = Level::Scam;
    verdict.score = 100;
    verdict.findings = vec![Finding {
        rule: "some-rule".into(),
        category: Category::Phishing,
        severity: Severity::High,
        place: Place::Content,
        part: 0,
        view: View::Raw,
        span: 0..4,
        evidence: "free".into(),
        observed_only: false,
    }];
    verdict
}

impl Bench {
    async fn judges(&self, message: IncomingMessage) -> OpenedCase {
        let court = Court {
            policy: &self.policy,
            settings: &self.settings,
            directory: None,
        };
        let opened = open_case(
            self.store.as_ref(),
            court,
            message,
            scam(),
            Fingerprint::default(),
            NOW,
            None,
        )
        .await
        .unwrap();
        let (opened, _) = opened.expect("a scam is worth a case");
        opened
    }

    async fn opened(&self) -> Case {
        match self.judges(message(30, "free nitro")).await {
            OpenedCase::Opened(case) => case,
            OpenedCase::Known(case) => panic!("known already: {case}"),
        }
    }

    /// Every effect that was planned, whatever waits for what.
    async fn effects(&self, case: CaseId) -> Vec<EffectRow> {
        let steps = [
            "keep",
            "delete",
            "timeout",
            "tell",
            "card",
            "restore",
            "lift-timeout",
            "tell-restored",
            "kick",
            "ban",
            "card:1",
            "card:2",
            "card:3",
            "timeout:1",
            "timeout:2",
        ];
        let mut found = Vec::new();
        for step in steps {
            found.extend(
                self.store
                    .effect_by_key(HERE, &format!("case:{case}:{step}"))
                    .await
                    .unwrap(),
            );
        }
        found
    }
}

/// A press as `discord::interactions` makes it; the refusal in its debug form.
async fn presses(
    store: &SqliteStore,
    guild: InGuild,
    case: CaseId,
    press: Press,
    by: UserId,
) -> Option<Result<Case, String>> {
    let decide = Box::new(move |case: Case| {
        review(&case, press, by, &GuildSettings::default(), NOW).map_err(|refused| format!("{refused:?}"))
    });
    store.change_case(guild, case, NOW, decide).await.unwrap()
}

fn deeds(case: &Case) -> Vec<CaseDeed> {
    case.history.iter().map(|event| event.deed).collect()
}

#[tokio::test]
async fn a_scam_opens_one_case_with_its_effects_however_often_it_is_handed_in() {
    let bench = bench().await;
    let case = bench.opened().await;
    assert_eq!(
        case.actions,
        [Action::Delete, Action::Timeout { seconds: 3600 }, Action::Tell]
    );
    let effects = bench.effects(case.id).await;
    assert!(matches!(effects[0].effect, Effect::DeleteMessage { .. }));
    assert_eq!(effects.len(), 4, "delete, timeout, tell, card: {effects:?}");
    assert_eq!(
        bench.judges(message(30, "free nitro")).await,
        OpenedCase::Known(case.id)
    );
    let edited = bench.judges(message(30, "free nitro, really")).await;
    assert!(
        matches!(edited, OpenedCase::Opened(_)),
        "another text is another case"
    );
}

#[tokio::test]
async fn the_deletion_is_leased_before_everything_that_waits_for_it() {
    let bench = bench().await;
    let case = bench.opened().await;
    let leased = bench.store.lease_effects(AllGuilds, NOW, NOW, 10).await.unwrap();
    let keys: Vec<&str> = leased.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            format!("case:{}:delete", case.id),
            format!("case:{}:timeout", case.id)
        ]
    );
}

#[tokio::test]
async fn fifty_moderators_press_ban_together_and_one_ban_is_planned() {
    let bench = bench().await;
    let case = bench.opened().await;
    let presses = (0..50).map(|n| {
        let store = Arc::clone(&bench.store);
        tokio::spawn(async move { presses(&store, HERE, case.id, Press::Ban, UserId(100 + n)).await })
    });
    let mut banned = 0;
    for press in presses.collect::<Vec<_>>() {
        match press.await.unwrap().expect("the case is there") {
            Ok(_) => banned += 1,
            Err(refused) => assert!(refused.contains("Banned"), "{refused}"),
        }
    }
    assert_eq!(banned, 1);
    let case = bench
        .store
        .case(HERE, case.id)
        .await
        .unwrap()
        .expect("the case is there");
    assert_eq!(deeds(&case), [CaseDeed::Opened, CaseDeed::Banned]);
    let bans = bench
        .effects(case.id)
        .await
        .into_iter()
        .filter(|row| matches!(row.effect, Effect::BanMember { .. }));
    assert_eq!(bans.count(), 1);
}

#[tokio::test]
async fn one_restores_while_another_bans_and_the_history_tells_who_was_first() {
    for _ in 0..8 {
        let bench = bench().await;
        let case = bench.opened().await;
        let (restored, banned) = tokio::join!(
            presses(&bench.store, HERE, case.id, Press::Restore, UserId(101)),
            presses(&bench.store, HERE, case.id, Press::Ban, UserId(102)),
        );
        let case = bench
            .store
            .case(HERE, case.id)
            .await
            .unwrap()
            .expect("the case is there");
        assert_eq!(case.state, CaseState::Restored, "a restore always goes through");
        assert!(restored.expect("the case is there").is_ok());
        let expected: &[CaseDeed] = match banned.expect("the case is there") {
            Ok(_) => &[CaseDeed::Opened, CaseDeed::Banned, CaseDeed::Restored],
            Err(_) => &[CaseDeed::Opened, CaseDeed::Restored],
        };
        assert_eq!(deeds(&case), expected);
    }
}

#[tokio::test]
async fn a_case_cannot_be_reached_from_another_guild() {
    let bench = bench().await;
    let case = bench.opened().await;
    assert_eq!(
        presses(&bench.store, ELSEWHERE, case.id, Press::Confirm, UserId(101)).await,
        None
    );
    let untouched = bench
        .store
        .case(HERE, case.id)
        .await
        .unwrap()
        .expect("the case is there");
    assert_eq!(deeds(&untouched), [CaseDeed::Opened]);
}

#[tokio::test]
async fn a_protest_lands_on_the_case_once_and_only_from_its_author() {
    let bench = bench().await;
    let case = bench.opened().await;
    let protests = |by: UserId| {
        let decide = Box::new(move |case: Case| {
            contest(&case, by, "I quoted it to warn".into()).map_err(|refused| format!("{refused:?}"))
        });
        bench.store.change_case(HERE, case.id, NOW, decide)
    };
    assert_eq!(
        protests(UserId(6)).await.unwrap(),
        Some(Err("NotTheAuthor".to_owned()))
    );
    let contested = protests(MALLORY)
        .await
        .unwrap()
        .expect("the case is there")
        .expect("the author may");
    assert_eq!(
        contested.history.last().and_then(|event| event.note.as_deref()),
        Some("I quoted it to warn")
    );
    assert!(
        protests(MALLORY)
            .await
            .unwrap()
            .expect("the case is there")
            .is_err()
    );
    let keys: Vec<String> = bench
        .effects(case.id)
        .await
        .into_iter()
        .map(|row| row.key)
        .collect();
    assert!(
        keys.contains(&format!("case:{}:card:1", case.id)),
        "the card is brought up to date: {keys:?}"
    );
}

#[tokio::test]
async fn cases_that_were_undone_do_not_count_against_their_author() {
    let bench = bench().await;
    let first = bench.opened().await;
    presses(&bench.store, HERE, first.id, Press::Restore, UserId(101)).await;
    let OpenedCase::Opened(second) = bench.judges(message(31, "free nitro")).await else {
        panic!("another message is another case");
    };
    assert_eq!(
        second.actions[1],
        Action::Timeout { seconds: 3600 },
        "as if it were the first"
    );
    let OpenedCase::Opened(third) = bench.judges(message(32, "free nitro")).await else {
        panic!("another message is another case");
    };
    assert_eq!(
        third.actions[1],
        Action::Timeout {
            seconds: 7 * 24 * 3600
        },
        "the second time is no accident"
    );
}

#[test]
fn check_tells_what_is_wrong_with_a_policy_and_where() {
    let directory = tempfile::tempdir().unwrap();
    let rule = "[[rule]]\nid = \"free-nitro\"\ntitle = \"Free Nitro\"\nwhy = \"Nobody gives it away.\"\n\
                category = \"scam\"\nseverity = \"high\"\nstatus = \"stable\"\nphrases = [\"free nitro\"]\n\
                [rule.examples]\nmatch = [\"free nitro\", \"fr33 n1tro\", \"FREE  NITRO!!\"]\n\
                clean = [\"nitro is not free\", \"nitro\", \"free\"]\n";
    std::fs::write(directory.path().join("scam.toml"), rule).unwrap();
    let check = || {
        let mut command = assert_cmd::Command::cargo_bin("nightdesk").unwrap();
        command.arg("check").arg("--rules").arg(directory.path()).assert()
    };
    check().code(0);
    std::fs::write(
        directory.path().join("policy.toml"),
        "[[response]]\ndo = [\"explode\"]\n",
    )
    .unwrap();
    let broken = check().code(1);
    let told = String::from_utf8_lossy(&broken.get_output().stderr).into_owned();
    assert!(told.contains("policy.toml:2:7"), "{told}");
}
