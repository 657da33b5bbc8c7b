//! Secrets of repositories: GitHub takes them sealed with a key of the repository.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_box::PublicKey;
use crypto_box::aead::OsRng;
use http::Method;
use integrations::{GithubRepository, encode_part};
use platform::Secret;
use serde_json::{Value, json};

use crate::action::ActionError;

/// The key that secrets of a place are sealed with.
pub(super) struct Seal {
    id: Value,
    key: PublicKey,
}

impl Seal {
    /// The key of `/actions` or of an environment, as a path below the repository.
    pub(super) async fn of(repository: &GithubRepository, place: &str) -> Result<Self, ActionError> {
        let found = repository.send(Method::GET, &format!("{place}/secrets/public-key"), None).await?;
        let key = found["key"].as_str().and_then(|key| STANDARD.decode(key).ok());
        let key = key.and_then(|key| PublicKey::from_slice(&key).ok()).ok_or_else(|| {
            ActionError::later(format!(
                "{} gave no key that secrets could be sealed with.",
                repository.api().host()
            ))
        })?;
        Ok(Self { id: found["key_id"].clone(), key })
    }

    /// Sets a secret, in the place of an older one of its name.
    pub(super) async fn set(
        &self,
        repository: &GithubRepository,
        place: &str,
        name: &str,
        secret: &Secret<String>,
    ) -> Result<(), ActionError> {
        let sealed = self
            .key
            .seal(&mut OsRng, secret.expose().as_bytes())
            .map_err(|_| ActionError::new(format!("The secret {name} can't be sealed: it is too long.")))?;
        let body = json!({ "encrypted_value": STANDARD.encode(sealed), "key_id": self.id });
        let path = format!("{place}/secrets/{}", encode_part(name));
        repository.send(Method::PUT, &path, Some(&body)).await?;
        Ok(())
    }
}
