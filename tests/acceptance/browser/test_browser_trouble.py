"""What goes wrong is said in place, in one sentence, and nothing is lost."""

from browser_steps import make_project, see_result, start, until, upload


def test_a_file_that_lies_says_its_sentence_and_the_others_go_on(page, recordings):
    page.expected.add("400")
    make_project(page)
    page.set_input_files("#file", [str(recordings["liar"]), str(recordings["sound"])])
    page.locator(".asset", has_text="memo.wav").wait_for()
    failed = page.locator(".uploads .is-failed")
    failed.wait_for()
    assert "<img src=x onerror=alert(1)>.mp4" in failed.inner_text()
    assert "not audio, video" in failed.inner_text()
    failed.get_by_role("button").click()
    assert page.locator(".uploads li").count() == 0
    assert page.locator(".asset").count() == 1


def test_the_same_without_scripts(open_page, signed_in, recordings):
    page = open_page(storage_state=signed_in, java_script_enabled=False)
    page.expected.add("400")
    make_project(page)
    page.set_input_files("#file", str(recordings["liar"]))
    page.get_by_role("button", name="Upload").click()
    assert "not audio, video" in page.get_by_role("alert").inner_text()


def test_an_upload_can_be_cancelled(page, recordings):
    make_project(page)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000}
    session.send("Network.emulateNetworkConditions", slow)
    page.set_input_files("#file", str(recordings["long"]))
    page.get_by_role("button", name="Cancel the upload of long.wav").click()
    page.locator(".uploads .is-cancelled").wait_for()
    page.reload()
    assert page.locator(".asset").count() == 0


def test_a_running_job_is_cancelled(page, recordings):
    make_project(page)
    upload(page, recordings["long"])
    start(page, "long.wav")
    page.locator("#job .is-processing").first.wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("It was cancelled at").wait_for()
    assert page.locator(".state .is-cancelled").count() == 1
    page.get_by_role("link", name="Start anew with other settings").wait_for()


def press_slowly(page, button):
    """Press as people do: the part under the pointer is read anew before the release."""
    while not (box := button.bounding_box()):
        page.wait_for_timeout(20)  # it is being read anew at this moment
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    for _ in range(2):
        with page.expect_response(lambda answer: answer.url.endswith(("/live", "/row"))):
            pass
    page.wait_for_timeout(50)
    page.mouse.up()


def test_a_slow_press_is_not_lost_under_live_progress(page, recordings):
    make_project(page)
    upload(page, recordings["long"])
    start(page, "long.wav")
    page.locator("#job .is-processing").first.wait_for()
    page.goto("/jobs")
    press_slowly(page, page.locator(".job-row a").first)
    page.wait_for_url("**/jobs/*-*")
    page.locator("#job .is-processing").first.wait_for()
    press_slowly(page, page.locator("h1"))  # what is not pressed goes on
    shown = page.locator("#job progress").get_attribute("value")
    until(page, f"document.querySelector('#job progress')?.getAttribute('value') !== '{shown}'")
    press_slowly(page, page.locator("#job .going p").first)  # and what was pressed goes on as well
    shown = page.locator("#job progress").get_attribute("value")
    until(page, f"document.querySelector('#job progress')?.getAttribute('value') !== '{shown}'")
    press_slowly(page, page.get_by_role("button", name="Cancel"))
    page.get_by_text("It was cancelled at").wait_for(timeout=3000)


def test_a_key_held_down_is_not_lost_under_live_progress(page, recordings):
    make_project(page)
    upload(page, recordings["long"])
    start(page, "long.wav")
    page.locator("#job .is-processing").first.wait_for()
    page.get_by_role("button", name="Cancel").focus()
    page.keyboard.down("Space")
    for _ in range(2):
        with page.expect_response("**/live"):
            pass
    page.wait_for_timeout(50)
    page.keyboard.up("Space")
    page.get_by_text("It was cancelled at").wait_for(timeout=3000)


def test_a_job_that_ends_elsewhere_gives_a_notice(page, recordings):
    make_project(page)
    upload(page, recordings["video"])
    start(page, "Talk & café.mp4")
    page.goto("/keys")
    notice = page.locator("#toasts a", has_text="Done: Noise removal: Talk & café.mp4")
    notice.wait_for()
    page.reload()  # the stream repeats the last seconds; the notice was given
    page.wait_for_timeout(500)
    assert notice.count() == 0
    page.goto("/jobs")
    page.locator(".job-row a").first.click()
    see_result(page)


def test_two_tabs_share_one_stream_and_both_follow(page, recordings):
    make_project(page)
    upload(page, recordings["sound"])
    other = page.context.new_page()
    with other.expect_request("**/api/events"):
        other.goto("/jobs")
        page.reload()  # the first tab lets go: the other one listens from now on, for both
    streams = []
    page.on("request", lambda request: streams.append(request.url) if "/api/events" in request.url else None)
    start(page, "memo.wav")
    page.get_by_role("heading", name="Result").wait_for(timeout=8000)  # polling alone would need 10 s
    row = other.locator(".job-row", has_text="Noise removal: memo.wav").first
    row.locator(".is-completed").wait_for(timeout=8000)
    assert streams == []


def test_wrong_passwords_are_said_in_place_and_the_address_stays(open_page, site):
    page = open_page()
    page.expected |= {"401"}
    page.goto("/projects")
    assert page.url.endswith("/sign-in?next=%2Fprojects")
    page.get_by_label("E-mail address").fill("nobody@example.com")
    page.get_by_label("Password").fill("not the one")
    page.get_by_role("button", name="Sign in").click()
    assert "wrong" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("E-mail address").input_value() == "nobody@example.com"


def test_an_account_is_made_and_sees_nothing_of_others(open_page, page, site, recordings):
    make_project(page, "Of the owner")
    theirs = page.url
    stranger = open_page()
    stranger.expected.add("404")
    stranger.goto("/register")
    stranger.get_by_label("E-mail address").fill("ada@example.com")
    stranger.get_by_label("Password").fill("correct horse")
    stranger.get_by_role("button", name="Make the account").click()
    stranger.get_by_text("No project yet.").wait_for()
    stranger.goto(theirs)
    stranger.get_by_role("heading", name="There is nothing here").wait_for()
    stranger.get_by_role("button", name="Sign out").click()
    stranger.get_by_text("You are signed out.").wait_for()
    stranger.goto("/keys")
    assert "/sign-in" in stranger.url


def test_an_old_link_says_so(open_page, site):
    page = open_page()
    page.expected.add("400")
    page.goto(site.first_link)
    assert "already used" in page.get_by_role("alert").inner_text()


def test_a_key_is_shown_once_and_opens_the_api(page, site, browser):
    page.goto("/keys")
    page.get_by_label("What the key is for").fill("<b>render farm</b>")
    page.get_by_role("button", name="Make a key").click()
    key = page.locator(".secret code").inner_text()
    program = browser.new_context(base_url=site.address)
    answer = program.request.get("/api/auth/me", headers={"Authorization": f"Bearer {key}"})
    assert answer.ok
    page.goto("/keys")
    assert key not in page.content()
    row = page.locator(".rows li", has_text="<b>render farm</b>")
    row.locator("summary").click()
    row.get_by_role("button", name="Delete the key").click()
    page.get_by_text("The key is deleted").wait_for()
    assert program.request.get("/api/auth/me", headers={"Authorization": f"Bearer {key}"}).status == 401
    program.close()


def test_a_project_is_renamed_and_deleted(page, recordings):
    make_project(page, "Frist")
    upload(page, recordings["sound"])
    page.locator("summary", has_text="Rename").click()
    page.get_by_label("Name", exact=True).fill("First")
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("heading", name="First").wait_for()
    page.locator(".asset summary").click()
    page.get_by_role("button", name="Delete it").click()
    page.get_by_text("No files yet.").wait_for()
    address = page.url.partition("?")[0]
    page.locator("summary", has_text="Delete").click()
    page.get_by_role("button", name="Delete the project").click()
    page.wait_for_url("**/projects*")
    assert page.request.get(address).status == 404
