<?php
// What people write: one line of JSON for each message, locked, not synced, repeats stored again.
$message = $_SERVER['REQUEST_METHOD'] === 'GET' ? $_GET : $_POST;
$line = json_encode(['received' => date('c'), 'message' => $message], JSON_UNESCAPED_UNICODE);
$kept = file_put_contents(getenv('LOG'), $line . "\n", FILE_APPEND | LOCK_EX);
http_response_code($kept === false ? 503 : 204);
