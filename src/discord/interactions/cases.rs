//! Buttons of review cards and of the direct message to an author.

use super::Press;
use crate::discord::Error;
use crate::discord::component_id::{ComponentId, UnknownComponent};

/// Answers one of them.
pub async fn dispatch(press: &Press<'_>, id: ComponentId) -> Result<(), Error> {
    press.defer().await?;
    tracing::warn!(%id, "a button that this version does not answer");
    Err(Error::told(UnknownComponent.to_string()))
}
