//! The desk: a cry for help from the button to the closed ticket.

use anyhow::ensure;
use fake_discord::actors::Given;

use crate::stage::{Night, button, chapter, in_thread, outcome, reads, refused, says, words_of};

/// What alice answers to the form, by the keys of its questions.
const CRY_FOR_HELP: [(&str, &str); 5] = [
    (
        "happened",
        "I signed something on a page I do not know, and now tokens are leaving my wallet.",
    ),
    ("still-happening", "yes, another one just left"),
    ("chain", "Ethereum, in a browser extension"),
    ("references", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
    ("when", "ten minutes ago"),
];

/// What sam puts into the packet, by the keys of its questions.
const PACKET: [(&str, &str); 5] = [
    (
        "summary",
        "A drainer approval is active on the member's wallet; tokens are leaving.",
    ),
    ("expected", "Only the member can move the tokens of this wallet."),
    (
        "actual",
        "Three transfers in ten minutes to an address that the member does not know.",
    ),
    (
        "tried",
        "The approval is revoked; the member moves what is left to a new wallet.",
    ),
    ("references", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
];

/// The same, as somebody in a hurry writes it.
const VAGUE: [(&str, &str); 5] = [
    ("summary", "it's broken"),
    ("expected", "it should work"),
    ("actual", "it doesn't work"),
    ("tried", "nothing"),
    ("references", "none"),
];

pub(crate) fn number(number: i64) -> [(&'static str, Given); 1] {
    [("ticket", number.into())]
}

impl Night {
    /// Opened from the panel, claimed, answered, escalated, closed, opened again.
    pub(crate) async fn a_member_is_helped(&self) -> anyhow::Result<()> {
        chapter("03:31. Alice's wallet is being emptied. She presses the button.");
        self.runs("ava", "support", "ticket panel", &[]).await?;
        let panel = self.discord.next_message_in("support").await;
        self.shows("#support", &panel);
        reads(&words_of(&panel), "the panel", &["never", "seed phrase"])?;
        let form = self.is_shown_a_form("alice", &panel, "v1:open:funds").await?;
        let answer = self.fills_in("alice", &form, &CRY_FOR_HELP).await?;
        reads(&answer, "the answer to the form", &["Ticket #1"])?;

        let thread = self.discord.until_private_thread_with("support", "alice").await;
        let details = self.discord.channel(thread.id).thread;
        ensure!(
            details.is_some_and(|thread| !thread.invitable),
            "members of a ticket's thread must not invite others"
        );
        ensure!(
            !self.discord.member("bob").can_see(thread.id),
            "another member must not see the thread"
        );
        let welcome = self.said_in(thread.id).await;
        let words = words_of(&welcome);
        let wanted = [
            "What happens next",
            "first answer within",
            "never",
            "tokens are leaving",
        ];
        reads(&words, "the first card of the thread", &wanted)?;
        button(&welcome, "v1:close")?;
        let card = self.discord.next_message_in("staff").await;
        self.shows("#staff", &card);
        reads(
            &words_of(&card),
            "the card for staff",
            &["Nobody has it yet", "tokens are leaving"],
        )?;

        self.is_claimed_and_answered(thread.id, &card).await?;
        self.is_escalated(thread.id, &card).await?;
        self.is_closed_and_opened_again(thread.id, &card).await
    }

    async fn is_claimed_and_answered(
        &self,
        thread: fake_discord::ids::Id,
        card: &fake_discord::world::Message,
    ) -> anyhow::Result<()> {
        let (sam, lena) = (self.discord.member("sam"), self.discord.member("lena"));
        let refusal = self.presses("max", card, "v1:claim").await?;
        reads(
            &refusal,
            "the answer to somebody without a support role",
            &["support role"],
        )?;
        self.presses("sam", card, "v1:claim").await?;
        self.until("sam in the thread", |state| in_thread(state, thread, sam.id))
            .await;
        let notice = self.said_in(thread).await;
        reads(
            &words_of(&notice),
            "the news in the thread",
            &[&sam.mention(), "has taken your ticket"],
        )?;
        self.until_it_says(
            card,
            "the card to say who has it",
            &format!("With {}", sam.mention()),
        )
        .await;
        let late = self.runs("lena", "staff", "ticket claim", &number(1)).await?;
        reads(&late, "the answer to the second who claims", &[&sam.mention()])?;
        self.presses("lena", card, "v1:join").await?;
        self.until("lena in the thread", |state| in_thread(state, thread, lena.id))
            .await;

        let text =
            "I am here. Please revoke the approval and move what is left to a new wallet; I stay with you.";
        sam.says(thread, text).map_err(refused)?;
        says("the private thread", "sam", text);
        self.until_it_says(
            card,
            "the card to say that it is the member's turn",
            "waiting for the member",
        )
        .await;
        let note: [(&str, Given); 2] = [
            ("text", "Approval confirmed on chain.".into()),
            ("ticket", 1.into()),
        ];
        self.runs("sam", "staff", "ticket note", &note).await?;
        let shown = self.runs("lena", "staff", "ticket show", &number(1)).await?;
        reads(&shown, "what an agent sees", &["Approval confirmed on chain."])?;
        let own = self.runs("alice", "support", "ticket show", &number(1)).await?;
        ensure!(!own.contains("Approval confirmed"), "notes are for staff only");
        let list = self.runs("lena", "staff", "ticket list", &[]).await?;
        reads(&list, "the list of tickets", &["#1", &sam.mention()])?;
        outcome("staff saw it, sam has it, lena looks on, alice has an answer");
        Ok(())
    }

    async fn is_escalated(
        &self,
        thread: fake_discord::ids::Id,
        card: &fake_discord::world::Message,
    ) -> anyhow::Result<()> {
        let sam = self.discord.member("sam");
        let form = self.is_shown_a_form("sam", card, "v1:escalate").await?;
        let refusal = self.fills_in("sam", &form, &VAGUE).await?;
        reads(&refusal, "the answer to a vague packet", &["not escalated yet"])?;
        let run = sam.runs_command(thread, "escalate", &[]).map_err(refused)?;
        self.fills_in("sam", &run.modal().await, &PACKET).await?;
        let packet = self.discord.next_message_in("security-team").await;
        self.shows("#security-team", &packet);
        let wanted = [
            "Escalation of ticket #1",
            "drainer approval",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        ];
        reads(&words_of(&packet), "the team's card", &wanted)?;
        button(&packet, "v1:join")?;
        let told = self.said_in(thread).await;
        reads(
            &words_of(&told),
            "what the member is told",
            &["can take a day or longer", "need not repeat"],
        )?;
        self.until_it_says(card, "the card to say that it is escalated", "escalated")
            .await;
        outcome("escalated with everything the team needs; alice knows");
        Ok(())
    }

    async fn is_closed_and_opened_again(
        &self,
        thread: fake_discord::ids::Id,
        card: &fake_discord::world::Message,
    ) -> anyhow::Result<()> {
        let reason = "Funds moved to a new wallet.";
        let close: [(&str, Given); 2] = [("ticket", 1.into()), ("reason", reason.into())];
        self.runs("sam", "staff", "ticket close", &close).await?;
        reads(
            &words_of(&self.said_in(thread).await),
            "the farewell in the thread",
            &[reason],
        )?;
        let told = self.inbox("alice").await;
        reads(&words_of(&told), "the farewell outside the thread", &[reason])?;
        self.until("the thread archived and locked", |state| {
            let details = state
                .channels
                .get(&thread)
                .and_then(|channel| channel.thread.as_ref());
            details.is_some_and(|details| details.archived && details.locked)
        })
        .await;
        self.until_it_says(card, "the card to say that it is closed", "Closed")
            .await;
        outcome("answered, escalated, closed; the record stays");

        self.presses("alice", &told, "v1:reopen").await?;
        reads(
            &words_of(&self.said_in(thread).await),
            "the news in the thread",
            &["open again"],
        )?;
        self.until("the thread open again", |state| {
            let details = state
                .channels
                .get(&thread)
                .and_then(|channel| channel.thread.as_ref());
            details.is_some_and(|details| !details.archived && !details.locked)
        })
        .await;
        let to: [(&str, Given); 2] = [("agent", "lena".into()), ("ticket", 1.into())];
        self.runs("sam", "staff", "ticket transfer", &to).await?;
        let lena = self.discord.member("lena").mention();
        reads(
            &words_of(&self.said_in(thread).await),
            "the news in the thread",
            &[&lena],
        )?;
        self.until_it_says(card, "the card to name the next agent", &format!("With {lena}"))
            .await;
        outcome("opened again from outside its thread, and handed on");
        Ok(())
    }
}
