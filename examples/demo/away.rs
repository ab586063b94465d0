//! The bot is away for a while: what it missed is made good, and buttons from before still work.

use anyhow::ensure;
use fake_discord::world::Message;

use crate::stage::{Night, button, chapter, outcome, refused, says, scam};

/// The last scam before the bot goes, and its card.
pub(crate) struct LeftOver {
    scam: Message,
    card: Message,
}

/// What was posted while nobody was there.
pub(crate) struct Missed {
    scams: Vec<(String, Message)>,
    honest: Message,
}

impl Night {
    /// A card that nobody has decided on when the bot goes.
    pub(crate) async fn before_it_goes(&self) -> anyhow::Result<LeftOver> {
        let author = self.stranger("undecided")?;
        let scam = author.says("general", &scam()).map_err(refused)?;
        self.discord.until_deleted(&scam).await;
        let card = self.card().await;
        self.inbox("undecided").await;
        Ok(LeftOver { scam, card })
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
            let text = scam();
            let scam = self.stranger(&name)?.says(place, &text).map_err(refused)?;
            says(&format!("#{place}"), &name, &text);
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

    /// What was judged before is not read as new: the channel is read on from its last message of then. (Looking through
    /// earlier messages for edits names a message to look before.)
    fn reads_on_from(&self, last: &Message) -> anyhow::Result<()> {
        let path = format!("/channels/{}/messages", last.channel_id);
        let pages = self.discord.rest().record.all().into_iter();
        let pages = pages.filter(|request| request.method == "GET" && request.path.ends_with(&path));
        for page in pages {
            let names = |name: &str| page.query.split('&').find_map(|part| part.strip_prefix(name));
            if names("before=").is_some() {
                continue;
            }
            let after: u64 = names("after=").unwrap_or_default().parse()?;
            ensure!(
                after >= last.id.0,
                "the bot read messages again that it had judged: {}",
                page.query
            );
        }
        Ok(())
    }

    /// It is back: it reads what it missed, and an old card's button works.
    pub(crate) async fn it_comes_back(&self, left_over: LeftOver, missed: Missed) -> anyhow::Result<()> {
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
        self.reads_on_from(&left_over.scam)?;
        outcome("what was posted meanwhile is gone; what is honest stands");
        self.presses("max", &left_over.card, "v1:confirm").await?;
        self.until_it_says(
            &left_over.card,
            "a card from before to say that it is upheld",
            "upheld",
        )
        .await;
        outcome("a button from before works");
        Ok(())
    }
}
