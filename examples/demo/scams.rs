//! A wave of scams over every disguise and every place where text can stand; and what is honest, which stays.

use std::time::Duration;

use anyhow::ensure;
use fake_discord::actors::{Given, MessageDraft, Person};
use fake_discord::ids::Id;
use fake_discord::world::Message;
use serde_json::json;

use crate::stage::{
    Night, button, chapter, doubtful, outcome, reads, refused, says, scam, timed_out, words_of,
};

/// Discord's number for text among Components V2.
const TEXT_DISPLAY: u8 = 10;

/// How a scam is worded.
const DISGUISES: [(&str, &str); 5] = [
    (
        "a lure on free hosting",
        "Claim your airdrop now, connect your wallet: https://claim-airdrop.pages.dev/wallet",
    ),
    (
        "a masked link",
        "Validate your wallet: [app.uniswap.org](https://wallet-validate.netlify.app/connect)",
    ),
    (
        "invisible and look-alike letters",
        "Enter your s\u{200b}e\u{200b}\u{435}d \u{440}hr\u{430}se to validate your wallet",
    ),
    (
        "letters pulled apart",
        "please send me your s e e d  p h r a s e to verify your wallet",
    ),
    (
        "full-width letters",
        "Ｓｈａｒｅ ｙｏｕｒ ｒｅｃｏｖｅｒｙ ｗｏｒｄｓ ｗｉｔｈ ｏｕｒ ｄｅｓｋ",
    ),
];

/// Where a member can put one: what it is called, the place that the card names, how it is posted.
type Surface = (
    &'static str,
    &'static str,
    fn(&Night, &Person) -> anyhow::Result<Id>,
);

const SURFACES: [Surface; 10] = [
    ("an edit", "edit", |_, author| {
        let said = author.says("general", "gm everyone").map_err(refused)?;
        Ok(author.edits(&said, &scam()).map_err(refused)?.id)
    }),
    ("a forwarded message", "snapshot", |_, author| {
        let snapshot = json!({ "content": scam() });
        Ok(author
            .forwards_from_elsewhere(snapshot, "general")
            .map_err(refused)?
            .id)
    }),
    ("a forwarded layout", "snapshot", |_, author| {
        let inside = json!({ "type": TEXT_DISPLAY, "id": 2, "content": scam() });
        let snapshot =
            json!({ "flags": 1 << 15, "components": [{ "type": 17, "id": 1, "components": [inside] }] });
        Ok(author
            .forwards_from_elsewhere(snapshot, "general")
            .map_err(refused)?
            .id)
    }),
    ("a link's preview", "embed[0].title", |night, author| {
        let said = author
            .says("general", "has anybody read https://blog.example/42 ?")
            .map_err(refused)?;
        let preview = json!({ "type": "link", "url": "https://blog.example/42", "title": scam() });
        night.discord.unfurls(&said, preview);
        Ok(said.id)
    }),
    ("a poll's answer", "poll.answer", |_, author| {
        let poll = MessageDraft::new().poll("Which one?", &["this one", &scam()]);
        Ok(author.sends("general", poll).map_err(refused)?.id)
    }),
    ("a poll's question", "poll.question", |_, author| {
        let poll = MessageDraft::new().poll(&scam(), &["yes", "no"]);
        Ok(author.sends("general", poll).map_err(refused)?.id)
    }),
    ("a file's name", "attachment_name", |_, author| {
        let file = MessageDraft::new().file("invoice.pdf.exe", "MZ");
        Ok(author.sends("general", file).map_err(refused)?.id)
    }),
    ("a sticker's name", "sticker_name", |_, author| {
        let sticker = MessageDraft::new().sticker(scam().trim_start_matches("https://"));
        Ok(author.sends("general", sticker).map_err(refused)?.id)
    }),
    ("the chat of a voice channel", "content", |_, author| {
        Ok(author.says("lounge", &scam()).map_err(refused)?.id)
    }),
    ("a thread", "content", |night, author| {
        let thread = night
            .discord
            .member("bob")
            .starts_thread("trading", "which pool is best?");
        Ok(author
            .says(thread.map_err(refused)?.id, &scam())
            .map_err(refused)?
            .id)
    }),
];

impl Night {
    /// Each is removed, shown to moderators with its place and its buttons, and its author is told and stopped.
    pub(crate) async fn a_wave_of_scams_comes(&self) -> anyhow::Result<()> {
        chapter("03:02. A wave of scams, each in another disguise, each in another place.");
        for (number, (disguise, text)) in DISGUISES.into_iter().enumerate() {
            let name = format!("burner{number}");
            let posted = self.stranger(&name)?.says("general", text).map_err(refused)?;
            says("#general", &name, text);
            self.is_dealt_with(disguise, "content", posted.id, &name).await?;
        }
        for (number, (surface, place, post)) in SURFACES.into_iter().enumerate() {
            let name = format!("drifter{number}");
            says("the server", &name, &format!("({surface})"));
            let posted = post(self, &self.stranger(&name)?)?;
            self.is_dealt_with(surface, place, posted, &name).await?;
        }
        self.webhooks_are_read().await?;
        self.titles_are_read().await
    }

    async fn is_dealt_with(&self, what: &str, place: &str, message: Id, author: &str) -> anyhow::Result<()> {
        self.discord
            .wait_for(format!("the scam in {what} to be removed"), |state| {
                state.messages[&message].deleted_at.map(|_| ())
            })
            .await;
        outcome(&format!("{what}: removed"));
        let card = self.card().await;
        let mention = self.discord.member(author).mention();
        reads(
            &words_of(&card),
            "the review card",
            &[&mention, &format!("in {place}")],
        )?;
        for action in ["v1:confirm", "v1:restore", "v1:timeout", "v1:kick", "v1:ban"] {
            button(&card, action)?;
        }
        self.is_stopped_and_told(author).await
    }

    async fn is_stopped_and_told(&self, author: &str) -> anyhow::Result<()> {
        let user = self.discord.member(author).id;
        self.until("the scammer to be timed out", |state| {
            timed_out(state, user, Duration::ZERO)
        })
        .await;
        let told = self.inbox(author).await;
        button(&told, "v1:contest")?;
        reads(
            &words_of(&told),
            "the note to the author",
            &["was removed", "Was this wrong?"],
        )
    }

    /// A webhook that was taken over: its embeds and its layouts are read, and there is nobody to punish.
    async fn webhooks_are_read(&self) -> anyhow::Result<()> {
        let webhook = self.discord.webhook("general", "News feed");
        let field = json!({ "name": "Today", "value": scam(), "inline": false });
        let embed = json!({ "type": "rich", "title": "News", "fields": [field] });
        let text = json!({ "type": TEXT_DISPLAY, "id": 2, "content": scam() });
        let layout = json!({ "type": 17, "id": 1, "components": [text] });
        let link = json!({ "type": 2, "style": 5, "label": "Open", "url": scam(), "disabled": false });
        for (what, place, draft) in [
            (
                "a webhook's button",
                "component.url",
                MessageDraft::text("News").component(json!({ "type": 1, "components": [link] })),
            ),
            (
                "the text of a webhook's embed",
                "embed[0].description",
                MessageDraft::new().embed(json!({ "type": "rich", "description": scam() })),
            ),
            (
                "a webhook's embed",
                "embed[0].field",
                MessageDraft::text("News of today").embed(embed),
            ),
            (
                "a webhook's layout",
                "component.text_display",
                MessageDraft::new().components_v2(vec![layout]),
            ),
        ] {
            says("#general", "News feed", &format!("({what})"));
            let posted = webhook.sends(draft);
            self.until(&format!("the scam in {what} to be removed"), |state| {
                state.messages[&posted.id].deleted_at.is_some()
            })
            .await;
            outcome(&format!("{what}: removed"));
            reads(
                &words_of(&self.card().await),
                "the review card",
                &["webhook", place],
            )?;
        }
        Ok(())
    }

    /// A forum post whose title is a scam goes with its title.
    async fn titles_are_read(&self) -> anyhow::Result<()> {
        let author = self.stranger("titular")?;
        let title = format!("Claim the airdrop: {}", scam());
        let (post, starter) = author
            .posts_in_forum("help-forum", &title, "please look")
            .map_err(refused)?;
        says("#help-forum", "titular", &title);
        self.discord.mark_read(&starter);
        let id = post.id;
        self.until("the forum post to be gone", |state| {
            !state.channels.contains_key(&id)
        })
        .await;
        outcome("a forum post's title: the post is gone");
        reads(
            &words_of(&self.card().await),
            "the review card",
            &["in thread_name"],
        )?;
        self.is_stopped_and_told("titular").await
    }

    /// Honest messages, a moderator's warning, and what is only doubtful.
    pub(crate) async fn what_is_honest_stays(&self) -> anyhow::Result<()> {
        chapter("03:08. Not everything is a scam.");
        let mut honest: Vec<Message> = Vec::new();
        for (name, text) in [
            ("alice", "has anyone tried the new release on testnet yet?"),
            ("bob", "my wallet app updated this morning, looks nice"),
        ] {
            honest.push(self.discord.member(name).says("general", text).map_err(refused)?);
            says("#general", name, text);
        }
        let warning = format!("Beware, this goes around:\n> {}", scam());
        honest.push(
            self.discord
                .member("max")
                .says("general", &warning)
                .map_err(refused)?,
        );
        says("#general", "max (moderator)", &warning);
        reads(
            &words_of(&self.card().await),
            "the card about staff",
            &["because the author is staff"],
        )?;
        let museum = self.stranger("collector")?;
        let kept = scam();
        honest.push(museum.says("scam-museum", &kept).map_err(refused)?);
        says("#scam-museum (not judged)", "collector", &kept);
        let odd = self.stranger("odd-one")?;
        let text = doubtful();
        honest.push(odd.says("general", &text).map_err(refused)?);
        says("#general", "odd-one", &text);
        reads(
            &words_of(&self.card().await),
            "the card about a doubt",
            &["suspicious", "not removed"],
        )?;
        let tested = self
            .runs(
                "max",
                "mod-log",
                "rules test",
                &[("text", scam().as_str().into())],
            )
            .await?;
        reads(&tested, "the answer to /rules test", &["A scam"])?;
        let reloaded = self.runs("olivia", "mod-log", "rules reload", &[]).await?;
        reads(&reloaded, "the answer to /rules reload", &["rules are in force"])?;
        let rule = "shared-hosting-lure";
        reads(&tested, "the answer to /rules test", &[rule])?;
        for (mode, counts) in [("off", false), ("enforce", true)] {
            let options: [(&str, Given); 2] = [("rule", rule.into()), ("mode", mode.into())];
            self.runs("olivia", "staff", "rules mode", &options).await?;
            let tested = self
                .runs(
                    "max",
                    "mod-log",
                    "rules test",
                    &[("text", scam().as_str().into())],
                )
                .await?;
            ensure!(
                tested.contains(rule) == counts,
                "/rules mode {mode} should decide whether {rule} counts here:\n{tested}"
            );
        }
        let listed = self.runs("max", "mod-log", "case list", &[]).await?;
        reads(&listed, "the list of cases", &["**#", "waits for review"])?;
        for message in &honest {
            ensure!(self.stands(message), "this must stay: {}", message.content);
        }
        let max = self.discord.member("max").id;
        ensure!(
            !timed_out(&self.discord.state(), max, Duration::ZERO),
            "a moderator who warns is not punished"
        );
        outcome("all of it stays; moderators see what is doubtful");
        Ok(())
    }
}
