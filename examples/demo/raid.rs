//! What is more than one message: a raid, a borrowed name, a stolen account, a false alarm that must not come again, and
//! what waits for whoever cries for help in public.

use std::time::Duration;

use anyhow::ensure;
use fake_discord::actors::Person;
use fake_discord::world::Message;

use crate::stage::{
    Night, button, chapter, is_here, outcome, reads, refused, says, scam, timed_out, words_of,
};

/// Accounts of the raid.
const RAIDERS: usize = 10;
/// How an agent is called, and the same to the eye.
const AGENT: &str = "Lena Hammond";
const IMPOSTOR: &str = "Lena Harnrnond";
const CRY: &str = "please help, my wallet was drained an hour ago";

impl Night {
    /// Many accounts, one scam: one card, and one press.
    pub(crate) async fn a_raid_comes(&self) -> anyhow::Result<()> {
        chapter("03:27. A raid: ten new accounts, the same message, in three channels.");
        let text = scam();
        let raiders = (0..RAIDERS)
            .map(|number| self.stranger(&format!("raider{number}")))
            .collect::<anyhow::Result<Vec<Person>>>()?;
        let mut posted: Vec<Message> = Vec::new();
        for (number, raider) in raiders.iter().enumerate() {
            let place = ["general", "trading", "lounge"][number % 3];
            posted.push(raider.says(place, &text).map_err(refused)?);
        }
        says("the server", "raider0 to raider9", &text);
        for copy in &posted {
            self.discord.until_deleted(copy).await;
        }
        let card = self.discord.next_message_in("mod-log").await;
        let counted = format!("{RAIDERS} copies by {RAIDERS} accounts in 3 channels");
        self.until_it_says(&card, "one card for the whole raid", &counted)
            .await;
        self.shows("#mod-log", &self.discord.message(&card));
        for number in 0..RAIDERS {
            self.discord.next_dm_to(&format!("raider{number}")).await;
        }
        self.presses("max", &card, "v1:ban").await?;
        for raider in &raiders {
            self.until("every raider to be banned", |state| {
                state
                    .guilds
                    .values()
                    .any(|guild| guild.bans.contains_key(&raider.id))
            })
            .await;
        }
        outcome("every copy is gone; one card, one press, every raider is banned");
        Ok(())
    }

    /// A name that reads like an agent's: a card, and nobody is punished for it.
    pub(crate) async fn somebody_borrows_a_name(&self) -> anyhow::Result<()> {
        chapter("03:28. Somebody joins under the name of an agent. They say nothing yet.");
        self.discord.member("lena").takes_display_name(AGENT);
        let impostor = self.discord.newcomer("lena_desk", Duration::from_hours(24 * 40));
        impostor.takes_display_name(IMPOSTOR);
        impostor.joins().map_err(refused)?;
        let card = self.card().await;
        reads(
            &words_of(&self.discord.message(&card)),
            "the card about a name",
            &[IMPOSTOR, AGENT],
        )?;
        let state = self.discord.state();
        ensure!(
            is_here(&state, impostor.id) && !timed_out(&state, impostor.id, Duration::ZERO),
            "a name alone is not punished"
        );
        drop(state);
        self.presses("max", &card, "v1:ban").await?;
        self.until("the impostor to be banned", |state| !is_here(state, impostor.id))
            .await;
        self.inbox("lena_desk").await;
        outcome("shown before they wrote to anybody; a moderator decided");
        Ok(())
    }

    /// A member with a past posts a scam: the account is stopped, its owner is shown the way back, and comes back.
    pub(crate) async fn an_account_is_stolen(&self) -> anyhow::Result<()> {
        chapter("03:29. The account of Rosa, who has been here for a month, posts a scam.");
        let rosa = self.discord.member("rosa");
        let posted = rosa.says("trading", &scam()).map_err(refused)?;
        self.discord.until_deleted(&posted).await;
        let card = self.card().await;
        reads(&words_of(&card), "the card", &["most likely stolen"])?;
        let told = self.inbox("rosa").await;
        reads(&words_of(&told), "the way back", &["password", "Authorized Apps"])?;
        self.until("the account to be stopped", |state| {
            timed_out(state, rosa.id, Duration::ZERO)
        })
        .await;
        let asked = self.presses("rosa", &told, "v1:account-back").await?;
        reads(&asked, "the answer to Rosa", &["moderator"])?;
        self.until_it_says(&card, "her request on the card", "Asks to be let back")
            .await;
        self.presses("olivia", &card, "v1:let-back").await?;
        self.until("Rosa to be free to write", |state| {
            !timed_out(state, rosa.id, Duration::ZERO)
        })
        .await;
        reads(
            &words_of(&self.inbox("rosa").await),
            "the welcome",
            &["Welcome back"],
        )?;
        outcome("stopped, told how to get it back, and let back by a moderator's press");
        Ok(())
    }

    /// What moderators call a false alarm does not come again here.
    pub(crate) async fn a_false_alarm_does_not_come_again(&self) -> anyhow::Result<()> {
        chapter("03:30. A false alarm. Max exempts it, here and nowhere else.");
        let text = scam();
        let posted = self
            .stranger("falsely-accused")?
            .says("general", &text)
            .map_err(refused)?;
        says("#general", "falsely-accused", &text);
        self.discord.until_deleted(&posted).await;
        let card = self.card().await;
        self.inbox("falsely-accused").await;
        let press = self
            .discord
            .member("max")
            .clicks(&card, &button(&card, "v1:false-positive")?)
            .map_err(refused)?;
        let proposal = self.answer(&press).await;
        self.shows("max, only they see it", &proposal);
        reads(
            &words_of(&proposal),
            "what is proposed",
            &["example that must stay clean"],
        )?;
        self.discord.next_message_in("general").await;
        self.inbox("falsely-accused").await;
        let done = self.presses("max", &proposal, "v1:exempt").await?;
        reads(&done, "the answer", &["left alone in this server"])?;
        let tested = self
            .runs("max", "mod-log", "rules test", &[("text", text.as_str().into())])
            .await?;
        ensure!(
            !tested.contains("A scam"),
            "what is exempt here should not be found:\n{tested}"
        );
        let again = self
            .discord
            .member("bob")
            .says("general", &text)
            .map_err(refused)?;
        self.comes_after_in("general", "latecomer2").await?;
        ensure!(self.stands(&again), "an exempted message stays");
        outcome("put back, and it stays when it is said again");
        Ok(())
    }

    /// Whoever cries for help is shown the way to a ticket before a thief answers; the thief's answer goes.
    pub(crate) async fn somebody_cries_for_help(&self) -> anyhow::Result<()> {
        chapter("03:30. A member cries for help in public. A thief is quicker than any human.");
        self.discord.state().add_foreign_invite("fixers-guild", "Fixers");
        let victim = self.stranger("victoria")?;
        victim.says("trading", CRY).map_err(refused)?;
        says("#trading", "victoria", CRY);
        let offer = self.discord.next_message_in("trading").await;
        self.shows("#trading", &offer);
        reads(
            &words_of(&offer),
            "what she is shown",
            &["never writes to you first"],
        )?;
        button(&offer, "v1:open")?;
        ensure!(offer.mentions == [victim.id], "nobody else is called");
        let bait = self.stranger("helpful-fixer")?;
        let text = "they sorted mine out, ask there https://discord.gg/fixers-guild";
        let posted = bait.says("trading", text).map_err(refused)?;
        says("#trading", "helpful-fixer", text);
        self.discord.until_deleted(&posted).await;
        self.card().await;
        self.inbox("helpful-fixer").await;
        outcome("she has a way to a private ticket; the bait is gone");
        Ok(())
    }
}
