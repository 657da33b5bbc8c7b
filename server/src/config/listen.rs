//! Where the server listens, in the forms that `backend.listen` and `--listen` take.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

/// The port of a portal that nobody configured.
pub(crate) const DEFAULT_PORT: u16 = 7007;

/// Interface and port to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listen {
    /// The interface.
    pub(crate) interface: Interface,
    /// The port; 0 lets the system pick a free one.
    pub(crate) port: u16,
}

/// Which of the machine's addresses are open to connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Interface {
    /// Every address, IPv6 and IPv4.
    All,
    /// One address.
    Address(IpAddr),
}

impl Default for Listen {
    fn default() -> Self {
        Self { interface: Interface::Address(IpAddr::V4(Ipv4Addr::LOCALHOST)), port: DEFAULT_PORT }
    }
}

impl Listen {
    /// Whether only programs on this machine can connect.
    pub(crate) fn is_loopback(&self) -> bool {
        matches!(self.interface, Interface::Address(address) if address.is_loopback())
    }

    /// The addresses to try, in this order, until one can be bound. A machine without IPv6 refuses the
    /// first of [`Interface::All`].
    pub(crate) fn candidates(&self) -> Vec<SocketAddr> {
        match self.interface {
            Interface::All => {
                let all: [IpAddr; 2] = [Ipv6Addr::UNSPECIFIED.into(), Ipv4Addr::UNSPECIFIED.into()];
                all.map(|address| SocketAddr::new(address, self.port)).to_vec()
            }
            Interface::Address(address) => vec![SocketAddr::new(address, self.port)],
        }
    }
}

impl FromStr for Interface {
    type Err = &'static str;

    /// Reads a host: an address, `localhost`, or nothing for every interface.
    fn from_str(host: &str) -> Result<Self, Self::Err> {
        match host.trim_start_matches('[').trim_end_matches(']') {
            "" | "*" | "0.0.0.0" | "::" => Ok(Self::All),
            "localhost" => Ok(Self::Address(Ipv4Addr::LOCALHOST.into())),
            address => address
                .parse()
                .map(Self::Address)
                .map_err(|_| "an IP address of this machine, `localhost`, or `0.0.0.0` for all interfaces"),
        }
    }
}

impl FromStr for Listen {
    type Err = &'static str;

    /// Reads `host:port`, `:port` (all interfaces, as in Backstage) or `port` (loopback).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORMS: &str = "`host:port`, `:port` or `port`, with a port from 0 to 65535";
        let text = text.trim();
        match text.rsplit_once(':') {
            None => Ok(Self { port: text.parse().map_err(|_| FORMS)?, ..Self::default() }),
            // An IPv6 address has colons of its own and has to be in brackets.
            Some((host, _)) if host.contains(':') && !host.ends_with(']') => Err(FORMS),
            Some((host, port)) => {
                Ok(Self { interface: host.parse()?, port: port.parse().map_err(|_| FORMS)? })
            }
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.interface {
            Interface::All => write!(f, "0.0.0.0:{}", self.port),
            Interface::Address(address) => SocketAddr::new(address, self.port).fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_backstage() {
        for (text, expected, loopback) in [
            ("7007", Some("127.0.0.1:7007"), true),
            (":7007", Some("0.0.0.0:7007"), false),
            ("0.0.0.0:80", Some("0.0.0.0:80"), false),
            ("[::]:80", Some("0.0.0.0:80"), false),
            ("localhost:0", Some("127.0.0.1:0"), true),
            ("[::1]:7007", Some("[::1]:7007"), true),
            ("10.1.2.3:7007", Some("10.1.2.3:7007"), false),
            ("::1:7007", None, false),
            ("portal.example.com:7007", None, false),
            ("localhost", None, false),
            ("localhost:70000", None, false),
            ("", None, false),
        ] {
            let read = text.parse::<Listen>().ok();
            assert_eq!(read.as_ref().map(ToString::to_string).as_deref(), expected, "{text:?}");
            assert_eq!(read.is_some_and(|listen| listen.is_loopback()), loopback, "{text:?}");
        }
    }
}
