//! What the name of a key says about its value.

/// Whether any key on a dotted path holds a secret: what lies below a secret is one as well.
pub(in crate::config) fn is_secret_path(path: &str) -> bool {
    path.split(['.', '[']).any(is_secret_name)
}

/// Whether a key of this name holds a secret, such as `clientSecret`, `GITHUB_TOKEN`, `webhookUrl` or `smtp_pass`.
pub(super) fn is_secret_name(name: &str) -> bool {
    const ANYWHERE: [&str; 6] = ["password", "passwd", "passphrase", "secret", "credential", "webhook"];
    const AT_THE_END: [&str; 10] = [
        "token",
        "authorization",
        "cookie",
        "connectionstring",
        "privatekey",
        "apikey",
        "accesskey",
        "accountkey",
        "signingkey",
        "encryptionkey",
    ];
    const LAST_WORD: [&str; 3] = ["key", "pass", "pwd"];
    const NO_SECRET: [&str; 2] = ["publickey", "projectkey"];
    let plain = plain(name);
    let singular = plain.strip_suffix('s').unwrap_or(&plain);
    let last = last_word(name).to_ascii_lowercase();
    ANYWHERE.iter().any(|word| plain.contains(word))
        || AT_THE_END.iter().any(|word| singular.ends_with(word))
        || (LAST_WORD.iter().any(|word| last == *word || last.strip_suffix('s') == Some(word))
            && !NO_SECRET.contains(&singular))
}

/// Whether a value that was brought in may be shown all the same: the last key of the path says that it is a place, a
/// name or a switch.
pub(super) fn is_harmless(path: &str) -> bool {
    const NAMES: &str = "allow appid branch bucketname ca client clientid cluster database directory domain enabled \
                         environment exact filename frequency host hostname id interval kind level listen locale name \
                         namespace org organization orphanstrategy path pattern port processinginterval project provider \
                         readonly region rejectunauthorized ssl target tenantid timeout timezone title type user \
                         username version";
    let name = path.rsplit('.').next().unwrap_or_default();
    let plain = plain(name.split('[').next().unwrap_or_default());
    NAMES.split(' ').any(|known| known == plain) || plain.ends_with("url") || plain.contains("entityref")
}

/// A name in the spelling that all of its spellings share: `api-key`, `API_KEY` and `apiKey` are one.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// `Pass` of `smtpPass`, `KEY` of `API_KEY`, and all of `compass`.
fn last_word(name: &str) -> &str {
    let mut start = 0;
    let mut before = None;
    for (index, c) in name.char_indices() {
        let begins = c.is_ascii_uppercase() && before.is_some_and(|before: char| before.is_ascii_lowercase());
        if begins {
            start = index;
        } else if !c.is_ascii_alphanumeric() {
            start = index + c.len_utf8();
        }
        before = Some(c);
    }
    &name[start..]
}
