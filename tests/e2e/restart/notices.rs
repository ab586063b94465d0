//! Kills on the way of what the bot says to a guild as a whole: warnings, reports, alerts, notices; and of its rule in AutoMod.

use std::cell::RefCell;

use fake_discord::actors::{Exchange, Given};
use fake_discord::world::{ChannelKind, Message, World};

use super::kills::{Course, survives_a_kill_at_every_write};
use super::{exactly, exactly_told, is_unanswered};
use crate::night::{Night, OwnRules, SCAM, everything_in};
use crate::{breaker, queue};

/// Everything in the mod log that says this, which has to be this many messages.
#[track_caller]
fn say(night: &Night, count: usize, words: &str) -> Vec<Message> {
    let mut found = night.discord.messages_in("mod-log");
    found.retain(|one| one.deleted_at.is_none() && everything_in(one).contains(words));
    assert_eq!(found.len(), count, "messages that say {words:?}: {found:#?}");
    found
}

/// Runs a command until it was answered, however often the bot dies under it.
pub struct Running {
    who: &'static str,
    command: &'static str,
    run: RefCell<Option<Exchange>>,
}

impl Running {
    pub fn of(who: &'static str, command: &'static str) -> Self {
        Self {
            who,
            command,
            run: RefCell::default(),
        }
    }

    pub async fn runs(&self, night: &Night, options: &[(&str, Given)]) {
        let run = night
            .member(self.who)
            .runs_command("staff", self.command, options);
        let run = run.expect("the command is offered");
        *self.run.borrow_mut() = Some(run.clone());
        night.answered(&run).await;
    }

    pub async fn runs_again_if_unanswered(&self, night: &Night, options: &[(&str, Given)]) {
        if self.run.borrow().as_ref().is_none_or(is_unanswered) {
            self.runs(night, options).await;
        }
    }
}

/// A new rule finds what moderators found harmless.
struct WarningOfOverlay(Running);

const HASTE: &str = r#"
[[rule]]
id = "before-it-ends"
title = "Haste"
why = "A test of rules that change."
category = "scam"
severity = "high"
status = "stable"
phrases = ["before it ends"]
examples.match = ["claim before it ends", "be there b3fore it ends", "Before it ends!"]
examples.clean = ["before the end", "it ends", "after it ends"]
"#;

impl Course for WarningOfOverlay {
    fn rules() -> OwnRules {
        OwnRules::few()
    }

    async fn begins(night: &Night) -> Self {
        let scam = night
            .member("mallory")
            .says("general", SCAM)
            .expect("it can be posted");
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        let max = night.member("max");
        let press = max.clicks(&card, &crate::night::button(&card, "v1:false-positive"));
        let proposal = night.answered(&press.expect("the button can be pressed")).await;
        night.presses("max", &proposal, "v1:exempt").await;
        Self(Running::of("olivia", "rules reload"))
    }

    async fn happens(&self, night: &Night) {
        OwnRules::of(night).write("haste.toml", HASTE);
        self.0.runs(night, &[]).await;
    }

    async fn goes_on(&self, night: &Night) {
        self.0.runs_again_if_unanswered(night, &[]).await;
    }

    async fn ends(&self, night: &Night) {
        let warning = say(night, 1, "before-it-ends").remove(0);
        assert!(everything_in(&warning).contains("case #1"));
    }
}

#[tokio::test]
async fn a_warning_about_the_overlay_is_posted_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<WarningOfOverlay>().await;
    // The promise of an answer, the answer, the warning.
    assert!(writes >= 2, "{writes} writes only");
}

/// A guild that nobody has set up: its owner is told how.
struct TellingTheOwner;

impl Course for TellingTheOwner {
    fn world() -> World {
        World::community().another_guild("Elsewhere", "eve")
    }

    async fn begins(night: &Night) -> Self {
        night.dm_to("eve").await;
        // As if the bot came there only now.
        let forgotten = sqlx::query("DELETE FROM effects WHERE key LIKE 'guild:%:tell-owner'")
            .execute(&mut queue::database(night).await)
            .await
            .expect("the effects can be forgotten");
        assert_eq!(forgotten.rows_affected(), 2, "of each guild");
        Self
    }

    async fn happens(&self, night: &Night) {
        let told = night.dm_to("eve");
        // Discord describes both guilds anew.
        night.discord.state().invalidate_sessions(false);
        told.await;
    }

    async fn goes_on(&self, _: &Night) {}

    async fn ends(&self, night: &Night) {
        let told = exactly_told(night, 2, "eve");
        assert!(told.iter().all(|one| everything_in(one).contains("/setup")));
        exactly_told(night, 1, "olivia");
    }
}

#[tokio::test]
async fn an_owner_is_told_how_to_set_up_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<TellingTheOwner>().await;
    // The inbox, the direct message.
    assert!(writes >= 1, "{writes} writes only");
}

/// The week is over.
struct Reporting(Running);

impl Course for Reporting {
    async fn begins(night: &Night) -> Self {
        // Discord describes the guild anew: the week's report is planned.
        night.discord.state().invalidate_sessions(false);
        queue::until_planned(night).await;
        Self(Running::of("olivia", "rules reload"))
    }

    async fn happens(&self, night: &Night) {
        queue::week_is_over(night).await;
        // Whatever wakes the bot.
        self.0.runs(night, &[]).await;
    }

    async fn goes_on(&self, night: &Night) {
        self.0.runs_again_if_unanswered(night, &[]).await;
    }

    async fn ends(&self, night: &Night) {
        say(night, 1, "The week in moderation");
    }
}

#[tokio::test]
async fn the_weeks_report_is_posted_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<Reporting>().await;
    // The promise of an answer, the answer, the report.
    assert!(writes >= 3, "{writes} writes only");
}

/// A rule goes wrong on the first member of long standing, and stops.
struct Pausing(RefCell<Option<Message>>);

/// What that rule minds.
const DEAL: &str = "my cousin told me about the purple tortoise deal over dinner";

fn soon_paused() -> OwnRules {
    let rules = OwnRules::few();
    rules.write("tortoise.toml", breaker::RULE);
    rules.change("policy.toml", "members = 20", "members = 1");
    rules.change("policy.toml", "tenure = \"60d\"", "tenure = \"7d\"");
    rules
}

impl Course for Pausing {
    fn rules() -> OwnRules {
        soon_paused()
    }

    async fn begins(_: &Night) -> Self {
        Self(RefCell::default())
    }

    async fn happens(&self, night: &Night) {
        let deal = night
            .member("bob")
            .says("general", DEAL)
            .expect("it can be posted");
        *self.0.borrow_mut() = Some(deal);
        self.goes_on(night).await;
    }

    async fn goes_on(&self, night: &Night) {
        let deal = self.0.borrow().clone().expect("it was posted");
        night.discord.until_deleted(&deal).await;
    }

    async fn ends(&self, night: &Night) {
        let card = say(night, 1, "stopped acting by itself").remove(0);
        crate::night::button(&card, "v1:resume-rule");
        exactly(night, 2, "one review card and one about the rule", "mod-log");
    }
}

#[tokio::test]
async fn a_rule_that_stops_is_told_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<Pausing>().await;
    // The removal, the timeout, the inbox, the direct message, two cards.
    assert!(writes >= 5, "{writes} writes only");
}

/// Olivia lets a rule act again.
struct Resuming {
    card: Message,
    pressed: RefCell<Option<Exchange>>,
}

impl Resuming {
    async fn presses(&self, night: &Night) {
        let id = crate::night::button(&self.card, "v1:resume-rule");
        let press = night.member("olivia").clicks(&self.card, &id);
        let press = press.expect("the button can be pressed");
        *self.pressed.borrow_mut() = Some(press.clone());
        night.answered(&press).await;
    }
}

impl Course for Resuming {
    fn rules() -> OwnRules {
        soon_paused()
    }

    async fn begins(night: &Night) -> Self {
        night
            .member("bob")
            .says("general", DEAL)
            .expect("it can be posted");
        let card = loop {
            let card = night.review_card().await;
            if everything_in(&card).contains("stopped acting by itself") {
                break card;
            }
        };
        Self {
            card,
            pressed: RefCell::default(),
        }
    }

    async fn happens(&self, night: &Night) {
        self.presses(night).await;
    }

    async fn goes_on(&self, night: &Night) {
        let unanswered = self.pressed.borrow().as_ref().is_none_or(is_unanswered);
        let standing = everything_in(&night.discord.message(&self.card));
        if unanswered && !standing.contains("let it act again,") {
            self.presses(night).await;
        }
    }

    async fn ends(&self, night: &Night) {
        say(night, 1, "let it act again,");
        exactly(night, 2, "one review card and one about the rule", "mod-log");
    }
}

#[tokio::test]
async fn a_rule_acts_again_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<Resuming>().await;
    // The answer and the card.
    assert!(writes >= 2, "{writes} writes only");
}

/// Sam's account asks for a seed phrase: it is a team account in other hands.
struct Alerting(RefCell<Option<Message>>);

impl Course for Alerting {
    async fn begins(_: &Night) -> Self {
        Self(RefCell::default())
    }

    async fn happens(&self, night: &Night) {
        let asks = "Please send me your seed phrase so that support can verify your wallet";
        let asked = night
            .member("sam")
            .says("general", asks)
            .expect("it can be posted");
        *self.0.borrow_mut() = Some(asked);
        self.goes_on(night).await;
    }

    async fn goes_on(&self, night: &Night) {
        let asked = self.0.borrow().clone().expect("it was posted");
        night.discord.until_deleted(&asked).await;
    }

    async fn ends(&self, night: &Night) {
        let alert = say(night, 1, "A team account is most likely stolen").remove(0);
        assert_eq!(alert.mentions, [night.member("olivia").id]);
        exactly(night, 2, "one review card and one alert", "mod-log");
    }
}

#[tokio::test]
async fn the_owner_is_alerted_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<Alerting>().await;
    // The removal, the timeout, the inbox, the direct message, the card, the alert.
    assert!(writes >= 6, "{writes} writes only");
}

/// Ava chooses a honeypot.
struct SettingATrap(Running);

fn with_trap() -> [(&'static str, Given); 4] {
    [
        ("mod_log", "mod-log".into()),
        ("support", "support".into()),
        ("staff", "staff".into()),
        ("honeypot", "trap".into()),
    ]
}

impl Course for SettingATrap {
    fn world() -> World {
        World::community().channel("trap", ChannelKind::Text)
    }

    async fn begins(_: &Night) -> Self {
        Self(Running::of("ava", "setup channels"))
    }

    async fn happens(&self, night: &Night) {
        self.0.runs(night, &with_trap()).await;
    }

    async fn goes_on(&self, night: &Night) {
        self.0.runs_again_if_unanswered(night, &with_trap()).await;
    }

    async fn ends(&self, night: &Night) {
        let notice = exactly(night, 1, "one notice", "trap").remove(0);
        assert!(everything_in(&notice).contains("do not post here"));
    }
}

#[tokio::test]
async fn the_honeypots_notice_is_posted_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<SettingATrap>().await;
    // The promise of an answer, the answer, the notice.
    assert!(writes >= 3, "{writes} writes only");
}

/// Ava hands the surest patterns to AutoMod.
struct HandingOver(Running);

impl Course for HandingOver {
    fn rules() -> OwnRules {
        let rules = OwnRules::few();
        rules.write("tortoise.toml", breaker::RULE);
        rules
    }

    async fn begins(_: &Night) -> Self {
        Self(Running::of("ava", "setup automod"))
    }

    async fn happens(&self, night: &Night) {
        self.0.runs(night, &[("enabled", true.into())]).await;
    }

    async fn goes_on(&self, night: &Night) {
        let enabled = [("enabled", true.into())];
        self.0.runs_again_if_unanswered(night, &enabled).await;
    }

    async fn ends(&self, night: &Night) {
        assert_eq!(night.discord.state().automod_rules.len(), 1, "one rule of ours");
    }
}

#[tokio::test]
async fn automod_gets_our_rule_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<HandingOver>().await;
    // The promise of an answer, the answer, the rule.
    assert!(writes >= 3, "{writes} writes only");
}
