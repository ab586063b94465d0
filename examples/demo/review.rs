//! Moderators decide: every button of the review card but Restore, which has a chapter of its own.

use std::time::Duration;

use anyhow::ensure;
use fake_discord::world::Message;

use crate::stage::{
    Night, chapter, doubtful, is_here, outcome, reads, refused, says, scam, timed_out, words_of,
};

impl Night {
    /// Uphold, time out, kick, ban; and an author who takes no direct messages.
    pub(crate) async fn moderators_decide(&self) -> anyhow::Result<()> {
        chapter("03:25. Max goes through the cards.");
        let max = self.discord.member("max").mention();

        let (doubted, card) = self.is_doubted("uphold-me").await?;
        self.presses("max", &card, "v1:confirm").await?;
        self.discord.until_deleted(&doubted).await;
        self.inbox("uphold-me").await;
        self.until_it_says(&card, "the card to say that it is upheld", "upheld")
            .await;
        self.until_it_says(&card, "the card to name the moderator", &max)
            .await;
        outcome("upheld: the message is gone, and the card says by whom");

        let (_, card) = self.is_doubted("time-me-out").await?;
        self.presses("max", &card, "v1:timeout").await?;
        self.inbox("time-me-out").await;
        let user = self.discord.member("time-me-out").id;
        self.until("the timeout of a day", |state| {
            timed_out(state, user, Duration::from_hours(23))
        })
        .await;
        outcome("timed out for a day");

        let (_, card) = self.is_doubted("kick-me").await?;
        let user = self.discord.member("kick-me").id;
        self.presses("max", &card, "v1:kick").await?;
        let told = self.inbox("kick-me").await;
        reads(
            &words_of(&told),
            "the note before a kick",
            &["removed you from the server"],
        )?;
        self.until("the kick", |state| !is_here(state, user)).await;
        outcome("told, then removed from the server");

        let (_, card) = self.is_doubted("ban-me").await?;
        let user = self.discord.member("ban-me").id;
        let elsewhere = self
            .discord
            .member("ban-me")
            .says("trading", "hello all")
            .map_err(refused)?;
        self.presses("max", &card, "v1:ban").await?;
        let told = self.inbox("ban-me").await;
        reads(
            &words_of(&told),
            "the note before a ban",
            &["banned you from the server"],
        )?;
        self.until("the ban", |state| {
            state.guilds.values().any(|guild| guild.bans.contains_key(&user))
        })
        .await;
        self.discord.until_deleted(&elsewhere).await;
        outcome("told, then banned, and what they wrote in the last hour is gone");

        let undone = self.presses("max", &card, "v1:restore").await?;
        reads(
            &undone,
            "the answer to a change of mind",
            &["The ban is being lifted", "an invitation"],
        )?;
        self.until("the ban to be lifted", |state| {
            state.guilds.values().all(|guild| !guild.bans.contains_key(&user))
        })
        .await;
        self.discord.next_message_in("general").await;
        outcome("a ban is undone, too: lifted, and what was removed stands again");

        let closed = self.stranger("closed-inbox")?;
        closed.closes_direct_messages();
        let scam = closed.says("general", &scam()).map_err(refused)?;
        self.discord.until_deleted(&scam).await;
        let card = self.card().await;
        self.until_it_says(
            &card,
            "the card to say that the author could not be told",
            "takes no direct messages and was not told",
        )
        .await;
        outcome("whose inbox is closed is not told, and the card says so");
        Ok(())
    }

    /// Somebody posts what a moderator should look at.
    async fn is_doubted(&self, name: &str) -> anyhow::Result<(Message, Message)> {
        let text = doubtful();
        let posted = self.stranger(name)?.says("general", &text).map_err(refused)?;
        says("#general", name, &text);
        let card = self.card().await;
        ensure!(self.stands(&posted), "a doubt alone removes nothing");
        Ok((posted, card))
    }
}
