use super::*;

#[tokio::test]
async fn only_one_instance_can_be_claimed_until_it_ends() {
    let mut bench = Bench::new(6_000);
    assert!(matches!(
        Instance::claim(&bench.paths).unwrap(),
        Claim::AlreadyRunning
    ));
    // The refused claim has taken nothing away from the one that runs.
    bench.client().await.ask(&Ask::Status).await.unwrap();
    drop(bench.serving.take());
    assert!(!bench.paths.socket().exists());
    // A pipe goes with the task that listens, which ends when it is its turn.
    let gone = async {
        while Client::connect(&bench.paths, Duration::ZERO).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(SOON, gone).await.unwrap();
    let again = claim(&bench.paths).serve(bench.served.clone()).unwrap();
    let mut client = bench.client().await;
    client.ask(&Ask::Status).await.unwrap();
    shown(&mut client).await;
    drop(again);
}

#[cfg(unix)]
#[tokio::test]
async fn an_instance_whose_lock_file_was_tidied_away_is_still_the_only_one() {
    let bench = Bench::new(6_000);
    fs::remove_file(bench.paths.lock()).unwrap();
    assert!(matches!(
        Instance::claim(&bench.paths).unwrap(),
        Claim::AlreadyRunning
    ));
}

#[cfg(unix)]
#[tokio::test]
async fn the_socket_that_a_crash_left_behind_is_replaced() {
    let root = tempfile::tempdir().unwrap();
    let paths = Paths::within(root.path()).unwrap();
    drop(std::os::unix::net::UnixListener::bind(paths.socket()).unwrap());
    assert!(paths.socket().exists());
    let refused = Client::connect(&paths, Duration::ZERO).await;
    assert!(matches!(refused, Err(ChannelError::NotRunning)));
    let bench = Bench::new(6_000);
    let _serving = claim(&paths).serve(bench.served.clone()).unwrap();
    let mut client = Client::connect(&paths, Duration::ZERO).await.unwrap();
    client.ask(&Ask::Status).await.unwrap();
    shown(&mut client).await;
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_not_a_socket_is_left_alone() {
    let root = tempfile::tempdir().unwrap();
    let paths = Paths::within(root.path()).unwrap();
    fs::File::create(paths.socket()).unwrap();
    let error = Instance::claim(&paths).unwrap_err();
    assert!(matches!(error, ChannelError::NotASocket { .. }), "{error}");
    assert!(paths.socket().exists());
}

#[tokio::test]
async fn nobody_there_is_told_as_such_and_waited_for_where_somebody_is_expected() {
    let root = tempfile::tempdir().unwrap();
    let paths = Paths::within(root.path()).unwrap();
    let nobody = Client::connect(&paths, Duration::ZERO).await;
    assert!(matches!(nobody, Err(ChannelError::NotRunning)));
    let late = paths.clone();
    let bench = Bench::new(6_000);
    let served = bench.served.clone();
    let starting = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(200)).await;
        claim(&late).serve(served).unwrap()
    });
    Client::connect(&paths, SOON).await.unwrap();
    drop(starting.await.unwrap());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_socket_and_the_lock_are_the_users_alone() {
    use std::os::unix::fs::MetadataExt;
    let bench = Bench::new(6_000);
    for file in [bench.paths.socket(), bench.paths.lock()] {
        let mode = fs::metadata(&file).unwrap().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", file.display());
    }
}

#[cfg(windows)]
#[tokio::test]
async fn a_pipe_that_is_there_already_is_never_shared() {
    let bench = Bench::new(6_000);
    // Whoever had the name first would be told what is meant for us.
    let second = socket::listen(&bench.paths).unwrap_err();
    assert_eq!(second.kind(), std::io::ErrorKind::PermissionDenied);
}

#[tokio::test]
async fn an_instance_elsewhere_is_not_taken_for_ours() {
    let _bench = Bench::new(6_000);
    let elsewhere = tempfile::tempdir().unwrap();
    let other = Paths::within(elsewhere.path()).unwrap();
    let nobody = Client::connect(&other, Duration::ZERO).await;
    assert!(matches!(nobody, Err(ChannelError::NotRunning)));
}
