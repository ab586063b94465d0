//! Mistakes: a member's, who pastes a seed phrase, and the bot's, which a moderator undoes.

use std::time::Duration;

use anyhow::ensure;
use fake_discord::actors::MessageDraft;
use fake_discord::world::Author;
use serde_json::json;

use crate::stage::{Night, button, chapter, outcome, reads, refused, says, scam, timed_out, words_of};

impl Night {
    /// The phrase is gone at once, nobody is punished, and it stands nowhere else.
    pub(crate) async fn a_seed_phrase_is_posted_by_mistake(&self) -> anyhow::Result<()> {
        chapter("03:10. Bob pastes his own seed phrase into the wrong window.");
        // The first test vector of the BIP-39 specification: everybody's phrase, and so nobody's.
        let phrase = format!("{}about", "abandon ".repeat(11));
        let bob = self.discord.member("bob");
        let posted = bob.says("general", &phrase).map_err(refused)?;
        self.discord.until_deleted(&posted).await;
        let told = self.inbox("bob").await;
        reads(
            &words_of(&told),
            "the guide for its owner",
            &["new wallet", "treat it as stolen"],
        )?;
        let card = self.card().await;
        reads(&words_of(&card), "the card", &["A secret stood here"])?;
        ensure!(
            !timed_out(&self.discord.state(), bob.id, Duration::ZERO),
            "nobody is punished for a mistake"
        );
        let leaked = self
            .discord
            .rest()
            .record
            .all()
            .into_iter()
            .find(|request| request.to_json().to_string().contains("abandon abandon"));
        ensure!(
            leaked.is_none(),
            "the phrase left the bot in a request: {:?}",
            leaked.map(|request| request.path)
        );
        outcome(
            "removed at once; nobody is punished; the phrase stands in no card, no message and no request",
        );
        Ok(())
    }

    /// A restored message comes back with its file and its author's name, and stays.
    pub(crate) async fn a_mistake_is_undone(&self) -> anyhow::Result<()> {
        chapter(
            "03:20. Alice warns the others by repeating a scam, and the bot gets it wrong. Max puts it back.",
        );
        let text = format!("got this one today, careful: {}", scam());
        let alice = self.discord.member("alice");
        let draft = MessageDraft::text(&text).file("proof.png", vec![7_u8; 2048]);
        let posted = alice.sends("general", draft).map_err(refused)?;
        says("#general", "alice", &text);
        self.discord.until_deleted(&posted).await;
        let card = self.card().await;
        let told = self.inbox("alice").await;
        let user = alice.id;
        self.until("alice to be timed out", |state| {
            timed_out(state, user, Duration::ZERO)
        })
        .await;

        let form = self.is_shown_a_form("alice", &told, "v1:contest").await?;
        let field = form.fields()[0].custom_id.clone();
        self.fills_in("alice", &form, &[(&field, "I only wanted to warn the others.")])
            .await?;
        self.until_it_says(&card, "the protest on the card", "I only wanted to warn")
            .await;
        let refusal = self.presses("ava", &card, "v1:ban").await?;
        reads(
            &refusal,
            "the answer to a press without the right",
            &["Ban Members"],
        )?;

        self.presses("max", &card, "v1:restore").await?;
        let back = self.discord.next_message_in("general").await;
        let Author::Webhook { name, .. } = &back.author else {
            anyhow::bail!("it comes back through a webhook");
        };
        ensure!(
            name.contains("alice"),
            "it comes back under the author's name, not {name}"
        );
        let attribution = format!("Written by <@{user}>");
        reads(
            &back.content,
            "the restored message",
            &["got this one today", &attribution],
        )?;
        ensure!(back.mentions.is_empty(), "it calls nobody");
        ensure!(
            back.attachments.iter().any(|file| file.filename == "proof.png"),
            "its file comes back"
        );
        reads(
            &words_of(&self.inbox("alice").await),
            "the apology",
            &["We were wrong"],
        )?;
        self.until("alice to be free to write", |state| {
            !timed_out(state, user, Duration::ZERO)
        })
        .await;
        let max = self.discord.member("max").mention();
        self.until_it_says(&card, "the card to say who undid it", &format!("{max} "))
            .await;
        self.until_it_says(&card, "the card to say that it is undone", "undone")
            .await;
        // Its link's preview makes an edit of it; ours is not judged again.
        self.discord
            .unfurls(&back, json!({ "type": "link", "url": scam(), "title": scam() }));
        self.comes_after_in("general", "latecomer").await?;
        ensure!(self.stands(&back), "what was put back is not removed again");
        outcome("restored with its file, and she can write again");
        Ok(())
    }

    /// One channel is judged in order: when a scam that comes now is gone, everything before it has been judged.
    pub(crate) async fn comes_after_in(&self, place: &str, name: &str) -> anyhow::Result<()> {
        let last = self.stranger(name)?;
        let scam = last.says(place, &scam()).map_err(refused)?;
        self.discord.until_deleted(&scam).await;
        let card = self.card().await;
        button(&card, "v1:restore")?;
        self.inbox(name).await;
        Ok(())
    }
}
