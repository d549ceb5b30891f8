from __future__ import annotations

from playwright.sync_api import Browser, Route

from tests.browser.bench import HOST, READY, bench_page, spoken


def test_job_is_asked_again_until_it_is_done(browser: Browser) -> None:
    replies = iter(['<div data-poll="/job/">Half</div>', "<div>Done</div>"])

    def job(route: Route) -> None:
        route.fulfill(content_type="text/html", body=next(replies))

    context = browser.new_context()
    page = bench_page(context, '<div id="job" data-poll="/job/">Begun</div>', {"/job/": job})
    page.clock.install()
    page.goto(f"{HOST}/")
    page.evaluate(READY)
    page.clock.run_for(2_000)
    page.wait_for_function("document.querySelector('#job').textContent === 'Half'")
    page.clock.run_for(2_000)
    page.wait_for_function("document.querySelector('#job').textContent === 'Done'")
    page.clock.run_for(100)
    spoken(page, "Done")
    context.close()
