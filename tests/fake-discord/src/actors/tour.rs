//! Every kind of thing once, for judges of what goes over the gateway.

use std::time::Duration;

use serde_json::{Value, json};

use crate::FakeDiscord;
use crate::permissions::Permissions;
use crate::world::{Callback, ChannelKind, CommandScope, NewChannel, NewRole};

use super::{MessageDraft, Refused};

impl FakeDiscord {
    /// Lets each kind of event happen at least once, in a world made by
    /// [`World::community`](crate::world::World::community).
    ///
    /// # Panics
    /// In a world that lacks its people or channels.
    #[track_caller]
    pub fn lets_everything_happen(&self) -> impl Future<Output = ()> {
        let discord = self.clone();
        async move {
            discord
                .lets_people_talk()
                .expect("the people and channels of a community");
            discord
                .lets_people_come_and_go()
                .expect("the people and roles of a community");
            discord
                .lets_people_interact()
                .await
                .expect("the people and channels of a community");
            let guild = discord.member("mallory").guild;
            let mut state = discord.state();
            let channel = state.create_channel(guild, NewChannel::new("berth", ChannelKind::Text));
            state.delete_channel(channel);
            let role = state.create_role(guild, NewRole::new("Pilot", Permissions::NONE));
            state.delete_role(guild, role.unwrap_or_default());
        }
    }

    fn lets_people_talk(&self) -> Result<(), Refused> {
        let mallory = self.member("mallory");
        let everything = MessageDraft::text("look @everyone")
            .file("a.png", "x")
            .poll("?", &["a", "b"])
            .sticker("wave");
        let message = mallory.sends("general", everything)?;
        mallory.edits(&message, "edited")?;
        self.unfurls(
            &message,
            json!({ "type": "link", "url": "https://example.org", "title": "A page" }),
        );
        mallory.replies(&message, "a reply")?;
        mallory.forwards(&message, "trading")?;
        mallory.reacts(&message, "👍")?;
        mallory.types_in("general")?;
        mallory.writes_to_bot("directly")?;
        self.member("olivia").pins(&message)?;
        mallory.deletes(&message)?;
        let several = [mallory.says("general", "1")?.id, mallory.says("general", "2")?.id];
        let general = self.channel("general").id;
        self.state().delete_messages(general, &several);

        let thread = mallory.starts_private_thread("general", "quiet")?;
        mallory.adds_to_thread(thread.id, "alice")?;
        let bot = self.state().bot_id();
        self.state().add_thread_member(thread.id, bot, mallory.id);
        mallory.renames_thread(thread.id, "quieter")?;
        mallory.archives_thread(thread.id)?;
        self.member("max").deletes_channel(thread.id)?;
        let opener = mallory.says("general", "worth a thread")?;
        mallory.starts_thread_from(&opener, "that")?;
        mallory.posts_in_forum("help-forum", "title", "text")?;

        let blocks_a_word = json!({
            "name": "no barnacles", "event_type": 1, "trigger_type": 1, "enabled": true,
            "trigger_metadata": { "keyword_filter": ["barnacle"], "regex_patterns": [], "allow_list": [] },
            "actions": [{ "type": 1, "metadata": {} }], "exempt_roles": [], "exempt_channels": [],
        });
        self.state().save_automod_rule(mallory.guild, None, blocks_a_word);
        // It is not posted: that is what the rule is for.
        let _ = mallory.says("general", "a barnacle");
        Ok(())
    }

    fn lets_people_come_and_go(&self) -> Result<(), Refused> {
        let max = self.member("max");
        let newcomer = self.newcomer("nora", Duration::from_hours(1));
        newcomer.joins()?;
        newcomer.takes_nickname("Nora")?;
        self.member("olivia").gives_role("nora", "Support L1")?;
        max.times_out("nora", Duration::from_mins(5))?;
        newcomer.leaves()?;
        max.bans("bob")?;
        max.unbans("bob")
    }

    async fn lets_people_interact(&self) -> Result<(), Refused> {
        let (alice, guild) = (self.member("alice"), self.member("alice").guild);
        let look = json!({ "name": "look", "description": "d", "options": [
            { "type": 6, "name": "who", "description": "d", "required": true },
            { "type": 7, "name": "where", "description": "d" },
            { "type": 8, "name": "role", "description": "d" },
            { "type": 11, "name": "file", "description": "d" },
        ] });
        let on_message = json!({ "name": "Look at it", "type": 3 });
        for definition in [look, on_message].iter().filter_map(Value::as_object) {
            self.state()
                .register_command(CommandScope::Guild(guild), definition);
        }
        let options = [
            ("who", "max".into()),
            ("where", "general".into()),
            ("role", "Moderator".into()),
            ("file", super::Given::File("a.txt".to_owned(), b"x".to_vec())),
        ];
        alice.runs_command("general", "look", &options)?;

        let buttons = json!({ "type": 1, "components": [
            { "type": 2, "style": 1, "label": "Go", "custom_id": "go" },
        ] });
        let menu =
            json!({ "type": 1, "components": [{ "type": 5, "custom_id": "whom", "placeholder": "Whom?" }] });
        let draft = MessageDraft::text("press").component(buttons).component(menu);
        let message = self.webhook("general", "hook").sends(draft);
        alice.uses_on_message("Look at it", &message)?;
        alice.selects(&message, "Whom?", &["max"])?;
        let press = alice.clicks(&message, "Go")?;
        let form = json!({ "custom_id": "f", "title": "F", "components": [
            { "type": 1, "components": [{ "type": 4, "custom_id": "why", "label": "Why", "style": 1 }] },
        ] });
        if self.state().respond(press.id, Callback::Modal(form)).is_ok() {
            let form = press.modal().await;
            alice.submits(&form, &[("Why", "because")])?;
        }
        let flag = json!({ "type": 17, "components": [{ "type": 10, "content": "text" }] });
        self.webhook("general", "second")
            .sends(MessageDraft::new().components_v2(vec![flag]));
        Ok(())
    }
}
