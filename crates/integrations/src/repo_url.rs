//! `repoUrl`: how templates name a repository, such as `github.com?owner=acme&repo=shop`.

use url::form_urlencoded;

/// What a repository is named by, beside its host.
const PARTS: [&str; 5] = ["owner", "repo", "organization", "workspace", "project"];

/// A `repoUrl`. Which parts there are depends on the kind of host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepoUrl {
    host: String,
    parts: Vec<(&'static str, String)>,
}

impl RepoUrl {
    /// Reads one.
    ///
    /// # Errors
    /// It is none, or names no repository. The sentence says what one looks like.
    pub fn parse(text: &str) -> Result<Self, String> {
        let host = Self::host_in(text)?;
        let parameters = text.split_once('?').map_or("", |(_, parameters)| parameters);
        let mut parts: Vec<(&'static str, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(parameters.as_bytes()) {
            let known = PARTS.into_iter().find(|known| *known == name && !value.is_empty());
            // The first one counts, as in Backstage.
            if let Some(name) = known.filter(|name| !parts.iter().any(|(there, _)| there == name)) {
                parts.push((name, value.into_owned()));
            }
        }
        let address = Self { host: host.to_owned(), parts };
        // GitLab knows a project by its number alone.
        if address.part("repo").or(address.part("project")).is_none() {
            return Err(format!(
                "{text:?} names no repository: it needs repo=NAME behind the question mark."
            ));
        }
        Ok(address)
    }

    /// The host of a `repoUrl` that need not name a repository, with a port if it has one.
    ///
    /// # Errors
    /// It begins with no host. The sentence says what one looks like.
    pub fn host_in(text: &str) -> Result<&str, String> {
        let host = text.split('?').next().unwrap_or_default();
        let host = host.trim_start_matches("https://").trim_end_matches('/');
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c == '/') {
            return Err(format!(
                "{text:?} is no repoUrl: it begins with a host, as in github.com?owner=acme&repo=shop."
            ));
        }
        Ok(host)
    }

    /// The host, with a port if it has one.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// A part, such as `owner`.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<&str> {
        self.parts().find(|(part, _)| *part == name).map(|(_, value)| value)
    }

    /// All parts, in the order in which they are written.
    pub fn parts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.parts.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::RepoUrl;

    #[test]
    fn a_repository_is_named_by_its_host_and_parts() {
        for (text, expected) in [
            ("github.com?owner=acme&repo=shop", "github.com owner=acme repo=shop"),
            ("https://github.com/?repo=shop%20api&owner=acme", "github.com repo=shop api owner=acme"),
            ("ghe.acme.test:8443?repo=a&owner=b&repo=c&x=y&project=", "ghe.acme.test:8443 repo=a owner=b"),
            ("gitlab.com?project=42", "gitlab.com project=42"),
        ] {
            let address = RepoUrl::parse(text).unwrap();
            let parts: String = address.parts().map(|(name, value)| format!(" {name}={value}")).collect();
            assert_eq!(format!("{}{parts}", address.host()), expected, "{text}");
        }
        for text in
            ["", "?repo=x", "github.com", "github.com?owner=acme", "a b?repo=x", "github.com/acme?repo=x"]
        {
            assert!(RepoUrl::parse(text).is_err(), "{text}");
        }
    }
}
