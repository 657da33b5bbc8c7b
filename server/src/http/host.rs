//! Refuses requests for a name that is not the portal's. A web site can let its own name point to its visitor's machine
//! (DNS rebinding); the browser then takes a portal there for a part of that site and lets its pages read it.

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header::HOST;

/// The names under which the portal answers.
#[derive(Clone, Debug, Default)]
pub(crate) enum AllowedHosts {
    /// Every name.
    #[default]
    Any,
    /// Those of this machine (`localhost` and all addresses, which nobody can point elsewhere), and these.
    Own(Vec<String>),
}

impl AllowedHosts {
    /// The names of this machine, and those in base addresses such as `https://portal.example.com/path`.
    pub(crate) fn own<'a>(addresses: impl IntoIterator<Item = &'a str>) -> Self {
        let host = |address: &'a str| {
            let (_, rest) = address.split_once("://")?;
            let authority = rest.split(['/', '?', '#']).next()?;
            Some(name_of(authority).to_ascii_lowercase())
        };
        Self::Own(addresses.into_iter().filter_map(host).collect())
    }

    /// Whether the request is for a name that is not the portal's. One that names nothing does not come from a browser.
    pub(crate) fn is_foreign(&self, headers: &HeaderMap) -> bool {
        let Self::Own(names) = self else { return false };
        let Some(host) = headers.get(HOST) else { return false };
        let Ok(host) = host.to_str() else { return true };
        let name = name_of(host).to_ascii_lowercase();
        let is_here = name == "localhost" || name.ends_with(".localhost") || name.parse::<IpAddr>().is_ok();
        !(is_here || names.contains(&name))
    }
}

/// The host without its port and without the brackets of an IPv6 address.
fn name_of(authority: &str) -> &str {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    host.trim_start_matches('[').trim_end_matches(']')
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_names_that_nobody_else_can_point_here_are_answered() {
        let own = AllowedHosts::own(["https://Portal.example.com:8443/base", "nonsense"]);
        for (host, foreign) in [
            (None, false),
            (Some("localhost:7007"), false),
            (Some("LocalHost"), false),
            (Some("portico.localhost:7007"), false),
            (Some("127.0.0.1:7007"), false),
            (Some("192.168.1.7"), false),
            (Some("[::1]:7007"), false),
            (Some("portal.example.com"), false),
            (Some("evil.example:7007"), true),
            (Some("localhost.evil.example"), true),
            (Some("portal.example.com.evil.example"), true),
            (Some("127.0.0.1.evil.example"), true),
            (Some(""), true),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(host) = host {
                headers.insert(HOST, HeaderValue::from_static(host));
            }
            assert_eq!(own.is_foreign(&headers), foreign, "{host:?}");
            assert!(!AllowedHosts::Any.is_foreign(&headers), "{host:?}");
        }
    }
}
