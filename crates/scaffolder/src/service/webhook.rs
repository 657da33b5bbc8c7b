//! What other programs send to runs.

use platform::error::Error;
use serde_json::{Value, json};

use super::Scaffolder;
use super::approvals::base_of;
use crate::clock;
use crate::journal::line;
use crate::store::{self, Arrived};
use crate::template::Template;
use crate::wait::{DELIVERY, Delivery, WEBHOOK, is_token};

/// Longest body, in bytes.
const LONGEST: usize = 256 * 1024;
/// Longest name of a content type that is kept, in bytes.
const LONGEST_TYPE: usize = 200;

impl Scaffolder {
    /// Takes what a program sent to the address of a step, once. Open to everybody who has the address: its token is the
    /// permission.
    ///
    /// # Errors
    /// The token is not that of the address, something was sent before, the run does not wait for it any more, the body is
    /// too long or is not what it is called, or the database failed.
    pub async fn deliver(
        &self,
        id: &str,
        step: &str,
        token: &str,
        content_type: &str,
        body: &[u8],
    ) -> Result<(), Error> {
        // The same answer for whatever is wrong with the address.
        let unknown = || {
            Error::not_found("There is no such address. Send to the address of the step as the run gave it.")
        };
        if !is_token(&self.inner.tools.keyring, id, step, token) {
            return Err(unknown());
        }
        let row = store::task(self.database(), id).await?.ok_or_else(unknown)?;
        let entity = serde_json::from_str(&row.template).map_err(Error::internal)?;
        let base = base_of(&row, step).ok_or_else(unknown)?;
        let is_webhook = |template: Template| template.step(&base).is_some_and(|step| step.action == WEBHOOK);
        if !Template::read(&entity).0.is_some_and(is_webhook) {
            return Err(unknown());
        }
        let body = read(content_type, body)?;
        let content_type = content_type.chars().filter(|c| !c.is_control()).collect::<String>();
        let content_type = content_type[..content_type.floor_char_boundary(LONGEST_TYPE)].to_owned();
        let delivery = json!(Delivery { body, content_type, at: clock::now() }).to_string();
        let event = line(Some(&base), "A request of another program arrived.");
        match self.arrived(&row, step, DELIVERY, delivery, false, event).await? {
            Arrived::Kept => Ok(()),
            Arrived::Second => {
                Err(Error::conflict("Something was sent to this address before; it works once."))
            }
            Arrived::Unasked => Err(Error::conflict("The run does not wait for this any more.")),
        }
    }
}

/// The body as steps see it.
fn read(content_type: &str, body: &[u8]) -> Result<Value, Error> {
    if body.len() > LONGEST {
        return Err(Error::payload_too_large(format!("A body has at most {LONGEST} bytes here.")));
    }
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind == "application/json" || kind.ends_with("+json") {
        return serde_json::from_slice(body)
            .map_err(|error| Error::input(format!("The body is no JSON: {error}.")));
    }
    let text = std::str::from_utf8(body);
    text.map(Value::from).map_err(|_| Error::input("The body has to be text in UTF-8, or JSON."))
}
