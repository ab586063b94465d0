//! The bot joins, only watches, and is set up.

use anyhow::ensure;
use fake_discord::actors::Given;

use crate::stage::{Night, chapter, outcome, reads, refused, says, scam, words_of};

impl Night {
    /// Until somebody sets it up it records and does nothing.
    pub(crate) async fn it_is_set_up(&self) -> anyhow::Result<()> {
        chapter("The bot joins. It only watches until somebody sets it up, and tells the owner so.");
        let told = self.inbox("olivia").await;
        reads(
            &words_of(&told),
            "the owner's note",
            &["/setup channels", "only observe"],
        )?;
        let text = scam();
        let scam = self
            .discord
            .member("mallory")
            .says("trading", &text)
            .map_err(refused)?;
        says("#trading", "mallory", &text);

        let channels: [(&str, Given); 3] = [
            ("mod_log", "mod-log".into()),
            ("support", "support".into()),
            ("staff", "staff".into()),
        ];
        let lacks = self.runs("ava", "staff", "setup channels", &channels).await?;
        reads(&lacks, "what is still missing", &["No role works tickets"])?;
        for (tier, role) in [
            ("L1", "Support L1"),
            ("L2", "Support L2"),
            ("L3", "Support L3"),
            ("Moderator", "Moderator"),
        ] {
            let options: [(&str, Given); 2] = [("tier", tier.into()), ("role", role.into())];
            self.runs("ava", "staff", "setup role", &options).await?;
        }
        let team: [(&str, Given); 2] = [("team", "Security".into()), ("channel", "security-team".into())];
        self.runs("ava", "staff", "setup team", &team).await?;
        self.runs(
            "ava",
            "staff",
            "setup exempt",
            &[("channel", "scam-museum".into())],
        )
        .await?;
        let check = self.runs("ava", "staff", "setup check", &[]).await?;
        reads(&check, "the check", &["all is well", "Nothing is missing"])?;
        let mode = self
            .runs("ava", "staff", "setup mode", &[("mode", "enforce".into())])
            .await?;
        reads(&mode, "the answer to /setup mode", &["enforce"])?;

        let card = self.card().await;
        let wanted = [text.as_str(), "nobody has set this server up"];
        reads(&words_of(&card), "the card of the case from before", &wanted)?;
        let shown = self
            .runs("max", "mod-log", "case show", &[("number", 1.into())])
            .await?;
        reads(&shown, "the case's evidence", &wanted)?;
        ensure!(self.stands(&scam), "nothing is removed before the bot is set up");
        outcome("recorded, with its evidence; nothing was removed before anybody said so");
        Ok(())
    }
}
