//! `portico serve`: runs the portal until a signal ends it.

use std::net::SocketAddr;
use std::process::ExitCode;

use axum::Router;
use platform::database::Database;
use tokio::net::TcpListener;

use super::{Outcome, block_on, open_database};
use crate::caller::Callers;
use crate::capabilities::{self, Capabilities};
use crate::cli::Serve;
use crate::config::{self, Listen, Settings};
use crate::failure::Failure;
use crate::http::{
    self, AllowedHosts, AllowedOrigins, Durations, Edge, Limits, PageContext, TIME_LIMIT, Vitals,
};
use crate::shutdown::{GRACE, Shutdown};
use crate::terminal::say;

/// Runs the command.
pub(crate) fn run(arguments: Serve) -> Outcome {
    let mut settings = config::load(&arguments.files.config)?;
    override_settings(&mut settings, arguments)?;
    settings.access.check_reach(&settings.listen)?;
    block_on(serve(settings))
}

/// What the command line says wins over the configuration.
fn override_settings(settings: &mut Settings, arguments: Serve) -> Result<(), Failure> {
    if let Some(text) = arguments.listen {
        settings.listen = text.parse().map_err(|expected| {
            Failure::could_not_run(format!("--listen {text} is not an address to listen on."))
                .because(format!("expected {expected}"))
        })?;
    }
    if let Some(port) = arguments.port {
        settings.listen.port = port;
    }
    if let Some(missing) = arguments.catalog.iter().find(|path| !path.exists()) {
        return Err(Failure::could_not_run(format!("There is no file or folder {}.", missing.display()))
            .because("--catalog names it")
            .next("Correct the path, or leave it out."));
    }
    settings.catalog.paths = arguments.catalog;
    Ok(())
}

async fn serve(settings: Settings) -> Outcome {
    let shutdown = Shutdown::on_signal()
        .map_err(|error| Failure::could_not_run("The program could not watch for signals.").because(error))?;
    // First the port: a second portal by mistake is told so before it touches the data of the first.
    let listener = bind(&settings.listen).await?;
    let address = listener
        .local_addr()
        .map_err(|error| Failure::could_not_run("The address that was bound is not known.").because(error))?;
    let (database, capabilities) = tokio::select! {
        opened = open(&settings) => opened?,
        () = shutdown.clone().begun() => return Ok(ExitCode::SUCCESS),
    };
    let router = router(&settings, &database, &capabilities, shutdown.clone())?;
    announce(&settings, address);
    run_until_stopped(listener, router, &capabilities, shutdown).await;
    capabilities.stopped().await;
    if let Err(error) = database.close().await {
        tracing::warn!(%error, "the database was not closed in order: {error}");
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(settings: &Settings) -> Result<(Database, Capabilities), Failure> {
    let own = capabilities::own_actions(settings)?;
    let database = open_database(settings).await?;
    let capabilities = Capabilities::open(settings, &database, &own).await.map_err(|error| {
        let cause =
            error.cause().map_or_else(|| error.message().to_owned(), |cause| format!("{error}\n{cause:#}"));
        Failure::could_not_run("The catalog could not be opened.").because(cause)
    })?;
    Ok((database, capabilities))
}

fn router(
    settings: &Settings,
    database: &Database,
    capabilities: &Capabilities,
    shutdown: Shutdown,
) -> Result<Router, Failure> {
    let unready = |error: anyhow::Error| {
        Failure::could_not_run("The HTTP side could not be put together.").because(format!("{error:#}"))
    };
    let context = PageContext {
        catalog: capabilities.catalog.clone(),
        access: capabilities.access.clone(),
        search: capabilities.search.clone(),
        home: capabilities.home.clone(),
        notifications: capabilities.notifications.clone(),
        scaffolder: capabilities.scaffolder.clone(),
        site: settings.site.clone(),
    };
    let base_urls = settings.base_urls.iter().map(String::as_str);
    let hosts = if settings.access.is_open() || !settings.listen.is_loopback() {
        AllowedHosts::Any
    } else {
        AllowedHosts::own(base_urls.clone())
    };
    let edge = Edge {
        callers: Callers { guest_access: settings.access.guest, access: Some(capabilities.access.clone()) },
        hosts,
        origins: AllowedOrigins::from_addresses(base_urls),
        durations: Durations::default(),
        shutdown,
        time_limit: TIME_LIMIT,
    };
    let vitals = Vitals::new(capabilities, database.clone()).map_err(unready)?;
    http::router(capabilities.api(), vitals, context, edge).map_err(unready)
}

async fn bind(listen: &Listen) -> Result<TcpListener, Failure> {
    TcpListener::bind(listen.candidates().as_slice()).await.map_err(|error| {
        let failure = Failure::could_not_run(format!("Cannot listen on {listen}."));
        match error.kind() {
            std::io::ErrorKind::AddrInUse => failure
                .because("Another program uses this port already.")
                .next("Stop that program, or choose another port: --port 0 takes a free one."),
            std::io::ErrorKind::PermissionDenied => failure
                .because("Ports below 1024 need special rights.")
                .next("Choose a higher one with --port."),
            _ => failure.because(error).next("Choose an address of this machine with --listen HOST:PORT."),
        }
    })
}

/// What somebody who starts the portal wants to know. The last line is read by programs.
fn announce(settings: &Settings, address: SocketAddr) {
    say(format_args!("Portico {}", env!("CARGO_PKG_VERSION")));
    say(format_args!("  data    {}", settings.database.place()));
    say(format_args!("  reads   {}", settings.sources()));
    say(format_args!("  access  {}", settings.access));
    say(format_args!("listening on http://{address}"));
}

async fn run_until_stopped(
    listener: TcpListener,
    router: Router,
    capabilities: &Capabilities,
    shutdown: Shutdown,
) {
    let overdue = async {
        shutdown.clone().begun().await;
        capabilities.stop();
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        // First, so that the capabilities hear of the end even when no connection is open.
        biased;
        () = overdue => {
            let seconds = GRACE.as_secs();
            tracing::warn!("requests were still running {seconds} s after the signal and were cut off");
        }
        () = http::serve(listener, router, Limits::default(), shutdown.clone()) => {}
    }
}
