//! Secrets at rest: sealed with a key that is not in the database, and tokens that only its holder can make.
//!
//! Keys come from the configuration, or lie in a file beside the embedded database. The first key seals and signs; each
//! opens and verifies, so a new key is put in front of the old one, which stays until nothing sealed with it is left. This
//! module knows nothing of what is sealed; a context that is sealed along keeps one thing's secret from being opened as
//! another's.

mod file;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::hmac::{self, HMAC_SHA256};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::database::DatabaseConfig;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// The first byte of what is sealed: AES-256-GCM under a key derived by HKDF with SHA-256.
const FORM: u8 = 1;
/// Fewest bytes of a secret that keys are derived from.
pub const SHORTEST: usize = 16;
/// What makes keys derived here differ from any derived elsewhere from the same secret.
const SALT: &[u8] = b"portico keyring";

/// The keys of this portal. Cloning shares them; nothing of them prints.
#[derive(Clone)]
pub struct Keyring(Arc<Keys>);

enum Keys {
    /// The newest first, at least one.
    Some(Vec<Key>),
    /// Why there is none, and what to do.
    None(String),
}

struct Key {
    sealing: LessSafeKey,
    signing: hmac::Key,
}

impl Keyring {
    /// The keys derived from these secrets, the newest first. Secrets of fewer than [`SHORTEST`] bytes are left out with a
    /// warning. Without any, the embedded database has a key in a file beside it, which is made when it is missing, and a
    /// database in memory one that is as short-lived. PostgreSQL is shared by processes that share no folder, so there is no
    /// key then: what needs one fails and says what to configure.
    ///
    /// # Errors
    /// The file can't be read or made.
    pub fn open(secrets: &[Secret<String>], database: &DatabaseConfig) -> Result<Self> {
        let long = |secret: &&Secret<String>| {
            let is_long = secret.expose().len() >= SHORTEST;
            if !is_long {
                tracing::warn!(
                    "a secret of backend.auth.keys has fewer than {SHORTEST} characters and is not used"
                );
            }
            is_long
        };
        let keys = secrets.iter().filter(long).map(|secret| Key::derive(secret.expose().as_bytes()));
        let keys = keys.collect::<Result<Vec<Key>>>()?;
        if !keys.is_empty() {
            return Ok(Self(Arc::new(Keys::Some(keys))));
        }
        match database {
            DatabaseConfig::SqliteMemory => Self::random(),
            DatabaseConfig::SqliteFile(path) => Self::beside(path),
            DatabaseConfig::Postgres(_) => Ok(Self(Arc::new(Keys::None(format!(
                "This portal has no key to keep secrets with. Set backend.auth.keys in its configuration to a list with a \
                 secret of {SHORTEST} characters or more, the same for all of its processes, such as one of \
                 `openssl rand -base64 24`."
            ))))),
        }
    }

    /// A key that is gone with the process.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn random() -> Result<Self> {
        let mut secret = [0; 32];
        fill(&mut secret)?;
        Ok(Self(Arc::new(Keys::Some(vec![Key::derive(&secret)?]))))
    }

    fn beside(database: &std::path::Path) -> Result<Self> {
        let mut path = database.as_os_str().to_owned();
        path.push(".key");
        let secret = file::read_or_create(&PathBuf::from(path))?;
        Ok(Self(Arc::new(Keys::Some(vec![Key::derive(secret.expose())?]))))
    }

    /// Seals `plain`, which only [`Self::open_sealed`] with the same `context` gives back.
    ///
    /// # Errors
    /// There is no key, or the system has no randomness to give.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let key = self.newest()?;
        let mut nonce = [0; NONCE_LEN];
        fill(&mut nonce)?;
        let mut sealed = plain.to_vec();
        key.sealing
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context.as_bytes()),
                &mut sealed,
            )
            .map_err(|_| Error::internal(anyhow::anyhow!("a secret could not be sealed")))?;
        Ok([&[FORM], nonce.as_slice(), sealed.as_slice()].concat())
    }

    /// What was sealed with this `context`.
    ///
    /// # Errors
    /// No key opens it: it was sealed with one that is not here any more, or for another context, or it was changed.
    pub fn open_sealed(&self, context: &str, sealed: &[u8]) -> Result<Secret<Vec<u8>>> {
        let keys = self.keys()?;
        let opened = sealed.split_first().filter(|(form, _)| **form == FORM).and_then(|(_, rest)| {
            let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>()?;
            keys.iter().find_map(|key| key.open(context, *nonce, sealed))
        });
        opened.map(Secret::new).ok_or_else(|| {
            Error::conflict(
                "A secret can't be opened: the key that it was kept with is not among those of this portal any more. Add \
                 the old key to backend.auth.keys behind the new one, or give the secret again.",
            )
        })
    }

    /// A token for `text` that nobody without the key can make: 43 characters that an address can hold.
    ///
    /// # Errors
    /// There is no key.
    pub fn sign(&self, text: &str) -> Result<String> {
        let tag = hmac::sign(&self.newest()?.signing, text.as_bytes());
        Ok(URL_SAFE_NO_PAD.encode(tag))
    }

    /// Whether `token` is one that [`Self::sign`] made for `text`. Takes the same time for each wrong token.
    #[must_use]
    pub fn verify(&self, text: &str, token: &str) -> bool {
        let (Ok(keys), Ok(tag)) = (self.keys(), URL_SAFE_NO_PAD.decode(token)) else { return false };
        keys.iter().any(|key| hmac::verify(&key.signing, text.as_bytes(), &tag).is_ok())
    }

    fn keys(&self) -> Result<&[Key]> {
        match &*self.0 {
            Keys::Some(keys) => Ok(keys),
            Keys::None(why) => Err(Error::conflict(why.clone())),
        }
    }

    fn newest(&self) -> Result<&Key> {
        self.keys()?.first().ok_or_else(|| Error::internal(anyhow::anyhow!("an empty keyring")))
    }
}

impl Key {
    fn derive(secret: &[u8]) -> Result<Self> {
        let failed = |_| Error::internal(anyhow::anyhow!("a key could not be derived"));
        let root = Salt::new(HKDF_SHA256, SALT).extract(secret);
        let (seal, sign): ([&[u8]; 1], [&[u8]; 1]) = ([b"seal"], [b"sign"]);
        let sealing: UnboundKey = root.expand(&seal, &AES_256_GCM).map_err(failed)?.into();
        let signing = root.expand(&sign, HMAC_SHA256).map_err(failed)?.into();
        Ok(Self { sealing: LessSafeKey::new(sealing), signing })
    }

    fn open(&self, context: &str, nonce: [u8; NONCE_LEN], sealed: &[u8]) -> Option<Vec<u8>> {
        let mut plain = sealed.to_vec();
        let aad = Aad::from(context.as_bytes());
        let length =
            self.sealing.open_in_place(Nonce::assume_unique_for_key(nonce), aad, &mut plain).ok()?.len();
        plain.truncate(length);
        Some(plain)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(…)")
    }
}

fn fill(bytes: &mut [u8]) -> Result<()> {
    SystemRandom::new()
        .fill(bytes)
        .map_err(|_| Error::internal(anyhow::anyhow!("the system gives no random bytes")))
}
