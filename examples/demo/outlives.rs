//! A ticket that outlives its thread, and somebody who is kept from the desk.

use anyhow::ensure;
use fake_discord::actors::{Given, Modal};

use crate::desk::number;
use crate::stage::{Night, chapter, outcome, reads, refused, says, words_of};

impl Night {
    /// The same answer to every question of a form.
    async fn answers_everything(&self, name: &str, form: &Modal, text: &str) -> anyhow::Result<String> {
        let fields = form.fields();
        let answers: Vec<(&str, &str)> = fields
            .iter()
            .map(|field| (field.custom_id.as_str(), text))
            .collect();
        self.fills_in(name, form, &answers).await
    }

    /// The row is the ticket: deleting its thread loses nothing.
    pub(crate) async fn a_thread_is_deleted(&self) -> anyhow::Result<()> {
        chapter("03:50. Bob opens a ticket from his own message. Somebody deletes its thread.");
        let bob = self.discord.member("bob");
        let text = "help, a swap of mine has been pending for hours";
        let cry = bob.says("general", text).map_err(refused)?;
        says("#general", "bob", text);
        let used = bob
            .uses_on_message("Open ticket from this message", &cry)
            .map_err(refused)?;
        self.answers_everything("bob", &used.modal().await, text).await?;
        let thread = self.discord.until_private_thread_with("support", "bob").await.id;
        self.said_in(thread).await;
        let card = self.discord.next_message_in("staff").await;
        self.shows("#staff", &card);
        reads(&words_of(&card), "the card", &[&cry.id.to_string()])?;
        let flood: [(&str, Given); 2] = [("member", "mallory".into()), ("reason", "floods the desk".into())];
        self.runs("sam", "staff", "ticket block", &flood).await?;
        let mallory = self.discord.member("mallory");
        let area: [(&str, Given); 1] = [("area", "other".into())];
        let run = mallory
            .runs_command("support", "ticket open", &area)
            .map_err(refused)?;
        let refusal = self
            .answers_everything("mallory", &run.modal().await, text)
            .await?;
        reads(
            &refusal,
            "the answer to somebody who is blocked",
            &["cannot open tickets"],
        )?;
        self.runs("sam", "staff", "ticket unblock", &[("member", "mallory".into())])
            .await?;
        let again = self
            .runs("bob", "support", "ticket open", &[("area", "transaction".into())])
            .await?;
        reads(&again, "the answer to a second request", &["ticket #2"])?;
        let used = bob
            .uses_on_message("Open ticket from this message", &cry)
            .map_err(refused)?;
        let again = self.answers_everything("bob", &used.modal().await, text).await?;
        reads(&again, "the answer to a second form", &["ticket #2"])?;

        self.discord
            .member("olivia")
            .deletes_channel(thread)
            .map_err(refused)?;
        self.until_it_says(&card, "the card to say that the thread is gone", "is gone")
            .await;
        let told = self.inbox("bob").await;
        reads(
            &words_of(&told),
            "the direct message",
            &["Your ticket stands", "what you wrote in its form is kept"],
        )?;
        self.presses("bob", &told, "v1:new-thread").await?;
        let fresh = self.discord.until_private_thread_with("support", "bob").await.id;
        ensure!(fresh != thread, "a new thread takes its place");
        let welcome = self.said_in(fresh).await;
        reads(
            &words_of(&welcome),
            "the first card",
            &["takes the place of the earlier one", text],
        )?;
        let to: [(&str, Given); 2] = [("agent", "sam".into()), ("ticket", 2.into())];
        self.runs("lena", "staff", "ticket assign", &to).await?;
        let sam = self.discord.member("sam").mention();
        reads(
            &words_of(&self.said_in(fresh).await),
            "the news in the thread",
            &[&sam],
        )?;
        for way in ["reopened", "left closed"] {
            let welcome = self.discord.message(&welcome);
            self.presses("bob", &welcome, "v1:close").await?;
            self.said_in(fresh).await;
            self.until_it_says(&card, "the card to say that it is closed", "Closed")
                .await;
            if way == "reopened" {
                self.runs("bob", "support", "ticket reopen", &number(2)).await?;
                reads(
                    &words_of(&self.said_in(fresh).await),
                    "the news in the thread",
                    &["open again"],
                )?;
                self.until_it_says(&card, "the card to say who has it", &format!("With {sam}"))
                    .await;
            }
        }
        outcome("the ticket stood; it has a new thread; bob closes it himself");
        Ok(())
    }
}
