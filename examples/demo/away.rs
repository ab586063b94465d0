//! The bot is away for a while: what it missed is made good, and buttons from before still work.

use anyhow::ensure;
use fake_discord::world::Message;

use crate::stage::{Night, SCAM, button, chapter, outcome, refused, says};

/// What was posted while nobody was there.
pub(crate) struct Missed {
    scams: Vec<(String, Message)>,
    honest: Message,
}

impl Night {
    /// A card that nobody has decided on when the bot goes.
    pub(crate) async fn before_it_goes(&self) -> anyhow::Result<Message> {
        let author = self.stranger("undecided")?;
        let scam = author.says("general", SCAM).map_err(refused)?;
        self.discord.until_deleted(&scam).await;
        let card = self.card().await;
        self.inbox("undecided").await;
        Ok(card)
    }

    /// The bot is stopped, say for an update, and the wave goes on.
    pub(crate) async fn the_bot_is_away(&self) -> anyhow::Result<Missed> {
        chapter("04:10. The bot is stopped for an update. The wave goes on.");
        self.until("the gateway to be empty", |state| {
            state.sessions().iter().all(|session| !session.connected)
        })
        .await;
        let mut scams = Vec::new();
        for number in 0..4 {
            let name = format!("night-owl{number}");
            let place = if number % 2 == 0 { "general" } else { "trading" };
            let scam = self.stranger(&name)?.says(place, SCAM).map_err(refused)?;
            says(&format!("#{place}"), &name, SCAM);
            scams.push((name, scam));
        }
        let text = "good morning, anybody here?";
        let honest = self
            .discord
            .member("bob")
            .says("general", text)
            .map_err(refused)?;
        says("#general", "bob", text);
        Ok(Missed { scams, honest })
    }

    /// It is back: it reads what it missed, and an old card's button works.
    pub(crate) async fn it_comes_back(&self, card: Message, missed: Missed) -> anyhow::Result<()> {
        chapter("04:12. It is back.");
        for (name, scam) in &missed.scams {
            let id = scam.id;
            self.until("a scam posted while the bot was away to be removed", |state| {
                state.messages[&id].deleted_at.is_some()
            })
            .await;
            button(&self.discord.next_message_in("mod-log").await, "v1:confirm")?;
            self.inbox(name).await;
        }
        ensure!(self.stands(&missed.honest), "what is honest stays");
        outcome("what was posted meanwhile is gone; what is honest stands");
        self.presses("max", &card, "v1:confirm").await?;
        self.until_it_says(&card, "a card from before to say that it is upheld", "upheld")
            .await;
        outcome("a button from before works");
        Ok(())
    }
}
