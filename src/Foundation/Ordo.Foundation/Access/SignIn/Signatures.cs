using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Http;

namespace Ordo.Foundation.Access.SignIn;

/// <summary>
/// Signatures (签名): somebody stands by what is on the screen, with user name and password given again at that moment. The person need not be the
/// one who is signed in: at a hand-over two people sign at one desk.
/// </summary>
public sealed class Signatures
{
    private readonly SignInDesk desk;
    private readonly AccessDirectory directory;

    internal Signatures(SignInDesk desk, AccessDirectory directory) => (this.desk, this.directory) = (desk, directory);

    /// <returns>Who signed, and what they may do.</returns>
    /// <exception cref="ProblemException">The password is wrong (422 at <c>password</c>), the account has not chosen one of its own yet, or was tried too often (429).</exception>
    public async Task<KnownAccount> ProveAsync(string userName, string password, string address, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(userName);
        ArgumentNullException.ThrowIfNull(password);
        string tried = password.Length <= OrdoAccount.MaxPasswordLength ? password : "";
        switch (await desk.ProveAsync(userName, tried, address, cancellation))
        {
            case SignInOutcome.Welcome { Account: var account } when !account.MustChangePassword:
                return (await directory.GetAsync(cancellation)).Account(account.Id)!;
            case SignInOutcome.Welcome:
                throw new ProblemException(Problems.Validation(("userName", new(
                    "该账号须先登录并设置自己的密码，才能签名。", "The account must sign in and choose a password of its own before it can sign."))));
            case SignInOutcome.TooMany { RetryAfter: var wait }:
                throw new ProblemException(Problems.TooMany(new("密码错误次数过多，请稍后再试。", "Too many wrong passwords; wait before you try again."), wait));
            default:
                throw new ProblemException(Problems.Validation(("password", new(
                    "用户名或密码错误，或账号已停用或暂时锁定。", "Wrong user name or password, or the account is disabled or locked for some minutes."))));
        }
    }
}
