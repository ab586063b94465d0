//! Kills on the way of a sanction: while it is pronounced, and while it ends by itself.

use std::cell::RefCell;
use std::time::Duration;

use fake_discord::actors::MessageDraft;
use fake_discord::world::{Member, Message, State, World};

use super::exactly;
use super::kills::{Course, survives_a_kill_at_every_write};
use super::notices::Running;
use crate::night::{HARMLESS, Night, OwnRules, SCAM, everything_in};
use crate::queue;

/// Shipped rules that answer a scam with this alone.
fn answering(steps: &str) -> OwnRules {
    let rules = OwnRules::few();
    rules.answer_to_scams(steps);
    rules
}

/// Mallory posts a scam with a file.
fn posts(night: &Night) -> Message {
    let draft = MessageDraft::text(SCAM).file("offer.png", vec![7; 512]);
    let posted = night.member("mallory").sends("general", draft);
    posted.expect("it can be posted")
}

async fn until_gone(night: &Night, posted: &RefCell<Option<Message>>) {
    let scam = posted.borrow().clone().expect("it was posted");
    night.discord.until_deleted(&scam).await;
}

/// Mallory as a member, while she is one.
fn mallory(state: &State) -> Option<&Member> {
    let user = state.user_named("mallory")?.id;
    state.guilds.keys().find_map(|guild| state.member(*guild, user))
}

/// The policy bans for a moment.
struct Banning(RefCell<Option<Message>>);

impl Course for Banning {
    fn rules() -> OwnRules {
        answering("\"delete\", \"ban for 1s\"")
    }

    async fn begins(_: &Night) -> Self {
        Self(RefCell::default())
    }

    async fn happens(&self, night: &Night) {
        *self.0.borrow_mut() = Some(posts(night));
        until_gone(night, &self.0).await;
        night.until_idle().await;
    }

    async fn goes_on(&self, night: &Night) {
        until_gone(night, &self.0).await;
    }

    async fn ends(&self, night: &Night) {
        assert!(!night.is_banned("mallory"), "the ban has ended");
        assert!(
            mallory(&night.discord.state()).is_none(),
            "nobody comes back by that alone"
        );
        let card = exactly(night, 1, "one review card", "mod-log").remove(0);
        assert!(everything_in(&card).contains("was banned until"));
        let ends = night.discord.rest().record.all().into_iter();
        let ends = ends.filter(|one| one.method == "DELETE" && one.path.contains("/bans/"));
        assert!(ends.count() >= 1, "it was ended by the bot");
    }
}

#[tokio::test]
async fn a_ban_for_a_time_begins_and_ends_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<Banning>().await;
    // The removal, the ban, the card, the ban's end.
    assert!(writes >= 4, "{writes} writes only");
}

/// The policy gives a role for a moment.
struct Quarantining(RefCell<Option<Message>>);

fn is_quarantined(state: &State) -> bool {
    let role = state
        .guilds
        .values()
        .flat_map(|guild| guild.roles.values())
        .find(|role| role.name == "Quarantined")
        .map(|role| role.id);
    mallory(state).is_some_and(|member| role.is_some_and(|role| member.roles.contains(&role)))
}

impl Course for Quarantining {
    fn world() -> World {
        World::community().role("Quarantined", &[]).bot_on_top()
    }

    fn rules() -> OwnRules {
        answering("\"delete\", \"quarantine for 1s\"")
    }

    async fn begins(night: &Night) -> Self {
        let role = [("role", "Quarantined".into())];
        let set = night
            .member("ava")
            .runs_command("staff", "setup quarantine", &role);
        night.answered(&set.expect("/setup quarantine")).await;
        Self(RefCell::default())
    }

    async fn happens(&self, night: &Night) {
        *self.0.borrow_mut() = Some(posts(night));
        until_gone(night, &self.0).await;
        night.until_idle().await;
    }

    async fn goes_on(&self, night: &Night) {
        until_gone(night, &self.0).await;
    }

    async fn ends(&self, night: &Night) {
        assert!(
            !is_quarantined(&night.discord.state()),
            "the quarantine has ended"
        );
        exactly(night, 1, "one review card", "mod-log");
        let roles = night.discord.rest().record.all().into_iter();
        let given = roles.filter(|one| one.method == "PUT" && one.path.contains("/roles/"));
        assert!(given.count() >= 1, "the role was given");
    }
}

#[tokio::test]
async fn a_quarantine_begins_and_ends_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<Quarantining>().await;
    // The removal, the role, the card, the role's end.
    assert!(writes >= 4, "{writes} writes only");
}

/// The policy times out for longer than Discord allows at once, and the first time is nearly over.
struct Renewing {
    /// Wakes the bot.
    waking: Running,
    /// When the renewed timeout ends, in milliseconds since the Unix epoch.
    until: i64,
}

impl Course for Renewing {
    fn rules() -> OwnRules {
        answering("\"delete\", \"timeout 40d\"")
    }

    async fn begins(night: &Night) -> Self {
        let posted = RefCell::new(Some(posts(night)));
        until_gone(night, &posted).await;
        night.discord.until_timed_out("mallory").await;
        night.review_card().await;
        night.until_idle().await;
        // The day that is left of it when it is renewed.
        let day = Duration::from_hours(24);
        let nearly_over = night.member("olivia").times_out("mallory", day);
        nearly_over.expect("it can be changed");
        let mut connection = queue::database(night).await;
        let (planned_at,): (i64,) =
            sqlx::query_as("SELECT planned_at FROM effects WHERE key LIKE '%:timeout-renewal:1'")
                .fetch_one(&mut connection)
                .await
                .expect("the renewal is planned");
        Self {
            waking: Running::of("olivia", "rules reload"),
            until: planned_at + Duration::from_hours(27 * 24).as_millis() as i64,
        }
    }

    async fn happens(&self, night: &Night) {
        // As if the weeks before had gone by; the bot's clock cannot be moved, so the timeout ends sooner.
        let due = "UPDATE effects SET next_at = planned_at, effect = json_set(effect, '$.until', ?) \
                   WHERE key LIKE '%:timeout-renewal:1'";
        let changed = sqlx::query(due)
            .bind(self.until)
            .execute(&mut queue::database(night).await)
            .await
            .expect("the renewal can be moved");
        assert_eq!(changed.rows_affected(), 1);
        self.waking.runs(night, &[]).await;
    }

    async fn goes_on(&self, night: &Night) {
        self.waking.runs_again_if_unanswered(night, &[]).await;
    }

    async fn ends(&self, night: &Night) {
        let until = mallory(&night.discord.state()).and_then(|member| member.communication_disabled_until);
        let until = until.expect("she is timed out").as_millis().div_euclid(1000);
        assert_eq!(
            until,
            self.until.div_euclid(1000),
            "until the renewed timeout ends"
        );
        exactly(night, 1, "one review card", "mod-log");
    }
}

#[tokio::test]
async fn a_long_timeout_is_renewed_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<Renewing>().await;
    // The promise of an answer, the answer, the renewal.
    assert!(writes >= 3, "{writes} writes only");
}

/// The policy removes the author.
struct Kicking(RefCell<Option<Message>>);

impl Course for Kicking {
    fn rules() -> OwnRules {
        answering("\"delete\", \"kick\"")
    }

    async fn begins(_: &Night) -> Self {
        Self(RefCell::default())
    }

    async fn happens(&self, night: &Night) {
        *self.0.borrow_mut() = Some(posts(night));
        until_gone(night, &self.0).await;
    }

    async fn goes_on(&self, night: &Night) {
        until_gone(night, &self.0).await;
    }

    async fn ends(&self, night: &Night) {
        assert!(mallory(&night.discord.state()).is_none(), "she is gone");
        assert!(!night.is_banned("mallory"));
        let card = exactly(night, 1, "one review card", "mod-log").remove(0);
        let words = everything_in(&card);
        assert!(words.contains("removed from the server"), "{words}");
        assert!(!words.contains("Did not work"), "{words}");
    }
}

#[tokio::test]
async fn an_author_is_kicked_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<Kicking>().await;
    // The removal, the kick, the card.
    assert!(writes >= 3, "{writes} writes only");
}

/// A forum post whose title is a scam: its thread goes.
struct RemovingAPost;

impl Course for RemovingAPost {
    async fn begins(_: &Night) -> Self {
        Self
    }

    async fn happens(&self, night: &Night) {
        let posted = night
            .member("mallory")
            .posts_in_forum("help-forum", SCAM, HARMLESS);
        posted.expect("it can be posted");
        night.review_card().await;
    }

    async fn goes_on(&self, _: &Night) {}

    async fn ends(&self, night: &Night) {
        let state = night.discord.state();
        let forum = state.channel_named("help-forum").expect("the forum").id;
        assert_eq!(state.threads_of(forum).count(), 0, "the post is gone");
        drop(state);
        exactly(night, 1, "one review card", "mod-log");
    }
}

#[tokio::test]
async fn a_forum_post_is_removed_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<RemovingAPost>().await;
    // The thread, the timeout, the inbox, the direct message, the card.
    assert!(writes >= 4, "{writes} writes only");
}
